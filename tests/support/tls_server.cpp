#include "tests/support/tls_server.h"

#include <csignal>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "tests/support/temporary_directory.h"

namespace gossamer {
namespace {

SSL_CTX* make_context(const TestCertificate& certificate) {
  const TemporaryDirectory directory;
  const std::string certificate_file = directory.write("certificate.pem", certificate.certificate);
  const std::string key_file = directory.write("key.pem", certificate.key);
  SSL_CTX* const context = SSL_CTX_new(TLS_server_method());
  if (context == nullptr || SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    throw std::runtime_error("cannot set up the TLS test server");
  }
  return context;
}

}  // namespace

TlsTestServer::TlsTestServer(const TestCertificate& certificate, std::string answer, Ending ending)
    : answer_(std::move(answer)),
      ending_(ending),
      context_(make_context(certificate)),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL's own socket calls raise it
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), 16) != 0 ||
      ::getsockname(listener_.get(), generic, &size) != 0) {
    throw std::runtime_error("cannot listen for TLS tests");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

TlsTestServer::~TlsTestServer() {
  stopping_ = true;
  ::shutdown(listener_.get(), SHUT_RDWR);
  if (const int connection = connection_; connection >= 0) ::shutdown(connection, SHUT_RDWR);
  thread_.join();
  SSL_CTX_free(static_cast<SSL_CTX*>(context_));
}

void TlsTestServer::serve() {
  while (!stopping_) {
    const Fd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection) return;
    connection_ = connection.get();
    SSL* const ssl = SSL_new(static_cast<SSL_CTX*>(context_));
    SSL_set_fd(ssl, connection.get());
    if (SSL_accept(ssl) == 1) serve_connection(ssl);
    SSL_free(ssl);
    connection_ = -1;
  }
}

void TlsTestServer::serve_connection(void* ssl_pointer) {
  SSL* const ssl = static_cast<SSL*>(ssl_pointer);
  const char* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  {
    const std::lock_guard lock(mutex_);
    server_name_ = name == nullptr ? "" : name;
  }
  std::string input;
  char buffer[4096];
  int count = 0;
  while (!stopping_ && (count = SSL_read(ssl, buffer, sizeof buffer)) > 0) {
    input.append(buffer, static_cast<std::size_t>(count));
    if (!input.ends_with("\r\n\r\n")) continue;
    input.clear();
    ++requests_;
    SSL_write(ssl, answer_.data(), static_cast<int>(answer_.size()));
    if (ending_ == Ending::close_notify) SSL_shutdown(ssl);
    if (ending_ != Ending::keep_alive) return;
  }
}

}  // namespace gossamer
