#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "net/base/fd.h"
#include "tests/support/certificates.h"

namespace gossamer {

// A blocking TLS server on a thread of its own, on a free port of 127.0.0.1: one connection after the other,
// to every request the same bytes. For tests of the client side only.
class TlsTestServer {
 public:
  enum class Ending { keep_alive, close_notify, cut };  // after an answer; cut: TCP ends, TLS does not

  TlsTestServer(const TestCertificate& certificate, std::string answer, Ending ending);
  ~TlsTestServer();
  TlsTestServer(const TlsTestServer&) = delete;
  TlsTestServer& operator=(const TlsTestServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] int requests() const { return requests_; }
  // Of the last handshake, by SNI.
  [[nodiscard]] std::string server_name() const {
    const std::lock_guard lock(mutex_);
    return server_name_;
  }

 private:
  void serve();
  void serve_connection(void* ssl);

  std::string answer_;
  Ending ending_;
  void* context_;  // SSL_CTX
  Fd listener_;
  std::uint16_t port_ = 0;
  std::atomic<int> requests_ = 0;
  std::atomic<int> connection_ = -1;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::string server_name_;
  std::thread thread_;
};

}  // namespace gossamer
