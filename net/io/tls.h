#pragma once

#include <memory>
#include <string>

#include "net/io/stream.h"

struct ssl_ctx_st;

namespace gossamer {

// What the TLS connections of one client have in common: trust, protocol versions (1.2 and up), ALPN
// "http/1.1". One loop; must outlive the handshakes, not the streams.
class TlsContext {
 public:
  struct Options {
    bool verify = true;   // the certificate chain and the name in it
    std::string ca_file;  // PEM, trusted beside the system's; "" = none
  };

  // Errors: invalid_input for a CA file that cannot be used.
  static Result<std::unique_ptr<TlsContext>> create(const Options& options);

  // Runs the client handshake over `transport` with `host`, a name or an address in text without brackets,
  // for SNI and for the name the certificate must bear. Errors: tls, saying what is wrong with the
  // certificate; timeout.
  Task<Result<std::unique_ptr<Stream>>> connect(std::unique_ptr<Stream> transport, std::string host,
                                                Deadline deadline);

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  explicit TlsContext(std::unique_ptr<ssl_ctx_st, Free> context) : context_(std::move(context)) {}
  std::unique_ptr<ssl_ctx_st, Free> context_;
};

}  // namespace gossamer
