#include "net/io/tls.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <utility>

#include "net/io/address.h"

namespace gossamer {
namespace {

constexpr std::size_t kTransportRead = 32 * 1024;

std::unexpected<Error> tls_error(std::string message) {
  return fail(ErrorClass::tls, Phase::tls, std::move(message));
}

// The reason of the oldest error OpenSSL has queued, which is the one that started it; empties the queue.
std::string take_openssl_reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "unknown reason" : reason;
}

// The DNS names a certificate is for, for a message: "a.test, b.test".
std::string names_of(X509* certificate) {
  struct FreeNames {
    void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
  };
  constexpr int kMaxShown = 3;
  const std::unique_ptr<GENERAL_NAMES, FreeNames> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::string text;
  int shown = 0;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()) && shown < kMaxShown; ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS) continue;
    const ASN1_STRING* const dns = name->d.dNSName;
    const std::string_view value(reinterpret_cast<const char*>(ASN1_STRING_get0_data(dns)),
                                 static_cast<std::size_t>(ASN1_STRING_length(dns)));
    if (!std::ranges::all_of(value, [](char c) { return c > 0x20 && c < 0x7f; })) continue;
    text += (shown++ == 0 ? "" : ", ") + std::string(value);
  }
  return text;
}

// TLS over any stream: OpenSSL works on memory, and this class carries the records to and from the transport.
class TlsStream final : public Stream {
 public:
  static Result<std::unique_ptr<TlsStream>> create(SSL_CTX* context, std::unique_ptr<Stream> transport,
                                                   std::string host) {
    std::unique_ptr<TlsStream> stream(new TlsStream(context, std::move(transport), std::move(host)));
    if (!stream->ssl_ || !stream->incoming_ || !stream->outgoing_ || !stream->expect_host()) {
      return tls_error(fmt::format("cannot start TLS: {}", take_openssl_reason()));
    }
    return stream;
  }

  Task<Result<>> handshake(Deadline deadline) {
    while (true) {
      ERR_clear_error();
      const int answer = SSL_connect(ssl_.get());
      const int error = answer == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl_.get(), answer);
      const auto flushed = co_await flush(deadline);  // also the alert that tells the peer why we refuse it
      if (error == SSL_ERROR_NONE) co_return flushed;
      if (error != SSL_ERROR_WANT_READ) co_return std::unexpected(handshake_error());
      if (!flushed) co_return flushed;
      const auto count = co_await fill(deadline);
      if (!count) co_return std::unexpected(count.error());
      if (*count == 0) co_return tls_error("the server closed the connection during the TLS handshake");
    }
  }

  Task<Result<std::size_t>> read_some(std::span<char> buffer, Deadline deadline) override {
    while (true) {
      std::size_t count = 0;
      ERR_clear_error();
      const int answer = SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &count);
      if (answer == 1) co_return count;
      const int error = SSL_get_error(ssl_.get(), answer);
      if (error == SSL_ERROR_ZERO_RETURN) co_return std::size_t{0};
      if (error != SSL_ERROR_WANT_READ)
        co_return tls_error(fmt::format("TLS failed: {}", take_openssl_reason()));
      // A read may have to answer, for example a key update.
      if (auto flushed = co_await flush(deadline); !flushed)
        co_return std::unexpected(std::move(flushed.error()));
      const auto filled = co_await fill(deadline);
      if (!filled) co_return std::unexpected(filled.error());
      if (*filled == 0) {
        // Anybody on the path can cut a TCP connection; only close_notify proves that the server meant to end
        // here.
        co_return fail(ErrorClass::truncated, Phase::body, "connection closed without TLS close_notify");
      }
    }
  }

  bool is_idle() override { return transport_->is_idle(); }

  Task<Result<>> write_all(std::string_view bytes, Deadline deadline) override {
    while (!bytes.empty()) {
      std::size_t count = 0;
      ERR_clear_error();
      if (SSL_write_ex(ssl_.get(), bytes.data(), std::min(bytes.size(), kTransportRead), &count) != 1) {
        co_return tls_error(fmt::format("TLS failed: {}", take_openssl_reason()));
      }
      bytes.remove_prefix(count);
      if (auto flushed = co_await flush(deadline); !flushed) co_return flushed;
    }
    co_return Result<>{};
  }

 private:
  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  TlsStream(SSL_CTX* context, std::unique_ptr<Stream> transport, std::string host)
      : transport_(std::move(transport)),
        host_(std::move(host)),
        ssl_(SSL_new(context)),
        incoming_(BIO_new(BIO_s_mem())),
        outgoing_(BIO_new(BIO_s_mem())) {
    if (!ssl_ || !incoming_ || !outgoing_) return;
    BIO_set_mem_eof_return(incoming_, -1);          // empty means "not yet", not "end"
    SSL_set_bio(ssl_.get(), incoming_, outgoing_);  // owns both
    SSL_set_app_data(ssl_.get(), this);
    SSL_set_verify(ssl_.get(), SSL_get_verify_mode(ssl_.get()), &on_verdict);
  }

  // SNI (RFC 6066) takes names only; a certificate is checked for whichever it is (RFC 9110 section 4.3.4).
  bool expect_host() {
    if (host_.ends_with('.')) host_.pop_back();
    X509_VERIFY_PARAM* const expected = SSL_get0_param(ssl_.get());
    X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (IpAddress::parse(host_)) return X509_VERIFY_PARAM_set1_ip_asc(expected, host_.c_str()) == 1;
    return X509_VERIFY_PARAM_set1_host(expected, host_.c_str(), 0) == 1 &&
           SSL_set_tlsext_host_name(ssl_.get(), host_.c_str()) == 1;
  }

  Error handshake_error() const {
    const long verdict = SSL_get_verify_result(ssl_.get());
    if (verdict == X509_V_OK || (SSL_get_verify_mode(ssl_.get()) & SSL_VERIFY_PEER) == 0) {
      return {ErrorClass::tls, Phase::tls, fmt::format("TLS handshake failed: {}", take_openssl_reason())};
    }
    ERR_clear_error();
    if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH) {
      const std::string_view but_for = certificate_names_.empty() ? "" : ", but for ";
      return {ErrorClass::tls, Phase::tls,
              fmt::format("the certificate is not for {}{}{}", host_, but_for, certificate_names_)};
    }
    return {ErrorClass::tls, Phase::tls,
            fmt::format("the certificate of {} is not trusted: {}", host_,
                        X509_verify_cert_error_string(verdict))};
  }

  // Sends what OpenSSL has written. The records are taken out first: the transport may suspend.
  Task<Result<>> flush(Deadline deadline) {
    std::string records(BIO_ctrl_pending(outgoing_), '\0');
    if (records.empty()) co_return Result<>{};
    BIO_read(outgoing_, records.data(), static_cast<int>(records.size()));
    co_return co_await transport_->write_all(records, deadline);
  }

  // Gives OpenSSL what the transport has; 0 at its end.
  Task<Result<std::size_t>> fill(Deadline deadline) {
    if (!buffer_) buffer_ = std::make_unique_for_overwrite<char[]>(kTransportRead);
    const auto count = co_await transport_->read_some({buffer_.get(), kTransportRead}, deadline);
    if (count && *count > 0) BIO_write(incoming_, buffer_.get(), static_cast<int>(*count));
    co_return count;
  }

  // Called by OpenSSL with each verdict; of a refused certificate it keeps the names, for the message.
  static int on_verdict(int accepted, X509_STORE_CTX* store) {
    if (accepted == 0) {
      auto* const ssl =
          static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
      X509* const certificate = X509_STORE_CTX_get0_cert(store);
      if (certificate)
        static_cast<TlsStream*>(SSL_get_app_data(ssl))->certificate_names_ = names_of(certificate);
    }
    return accepted;
  }

  std::unique_ptr<Stream> transport_;
  std::string host_;
  std::string certificate_names_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  BIO* incoming_;
  BIO* outgoing_;
  std::unique_ptr<char[]> buffer_;
};

}  // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Result<std::unique_ptr<TlsContext>> TlsContext::create(const Options& options) {
  std::unique_ptr<SSL_CTX, Free> context(SSL_CTX_new(TLS_client_method()));
  constexpr std::array<unsigned char, 9> kProtocols = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_alpn_protos(context.get(), kProtocols.data(), kProtocols.size()) != 0 ||
      SSL_CTX_set_default_verify_paths(context.get()) != 1) {
    return tls_error(fmt::format("cannot set up TLS: {}", take_openssl_reason()));
  }
  SSL_CTX_set_verify(context.get(), options.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  if (!options.ca_file.empty() && SSL_CTX_load_verify_file(context.get(), options.ca_file.c_str()) != 1) {
    return fail(ErrorClass::invalid_input,
                fmt::format("cannot use the CA file {}: {}; it must hold certificates in PEM",
                            options.ca_file, take_openssl_reason()));
  }
  return std::unique_ptr<TlsContext>(new TlsContext(std::move(context)));
}

Task<Result<std::unique_ptr<Stream>>> TlsContext::connect(std::unique_ptr<Stream> transport, std::string host,
                                                          Deadline deadline) {
  auto stream = TlsStream::create(context_.get(), std::move(transport), std::move(host));
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  if (auto done = co_await (*stream)->handshake(deadline); !done)
    co_return std::unexpected(std::move(done.error()));
  co_return std::move(*stream);
}

}  // namespace gossamer
