#pragma once

#include <memory>
#include <string>
#include <vector>

struct evp_pkey_st;
struct x509_st;

namespace gossamer {

struct TestCertificate {
  std::string certificate;  // PEM
  std::string key;          // PEM
};

// A certificate authority nobody trusts unless told to, made afresh for each test.
class TestAuthority {
 public:
  TestAuthority();
  ~TestAuthority();

  [[nodiscard]] std::string certificate() const;  // PEM, for --cacert

  // A server certificate for DNS names and IP addresses ("DNS:a.test", "IP:127.0.0.1"), valid from yesterday
  // until `days_left` days from now; negative: expired.
  [[nodiscard]] TestCertificate issue(const std::vector<std::string>& names, int days_left = 1) const;

 private:
  struct FreeKey {
    void operator()(evp_pkey_st* key) const;
  };
  struct FreeCertificate {
    void operator()(x509_st* certificate) const;
  };
  std::unique_ptr<evp_pkey_st, FreeKey> key_;
  std::unique_ptr<x509_st, FreeCertificate> certificate_;
};

}  // namespace gossamer
