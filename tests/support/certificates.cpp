#include "tests/support/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdexcept>

namespace gossamer {
namespace {

constexpr long kDay = 24 * 60 * 60;
int authorities = 0;

void require(bool good) {
  if (!good) throw std::runtime_error("OpenSSL cannot make a test certificate");
}

EVP_PKEY* make_key() {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  require(key != nullptr);
  return key;
}

template <class Write>
std::string to_pem(Write write) {
  BIO* const memory = BIO_new(BIO_s_mem());
  require(memory != nullptr && write(memory) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string pem(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  return pem;
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

X509* make_certificate(EVP_PKEY* key, const std::string& common_name, long seconds_left) {
  static long serial = 1;
  X509* const certificate = X509_new();
  require(certificate != nullptr);
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -30 * kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate), seconds_left);
  X509_set_pubkey(certificate, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
  return certificate;
}

}  // namespace

void TestAuthority::FreeKey::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }
void TestAuthority::FreeCertificate::operator()(x509_st* certificate) const { X509_free(certificate); }

// Each authority has a name of its own, or a stranger's certificate would be taken for a forgery.
TestAuthority::TestAuthority()
    : key_(make_key()),
      certificate_(make_certificate(key_.get(), "Test CA " + std::to_string(++authorities), kDay)) {
  X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
  add_extension(certificate_.get(), certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate_.get(), certificate_.get(), NID_key_usage, "critical,keyCertSign");
  require(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) > 0);
}

TestAuthority::~TestAuthority() = default;

std::string TestAuthority::certificate() const {
  return to_pem([this](BIO* out) { return PEM_write_bio_X509(out, certificate_.get()); });
}

TestCertificate TestAuthority::issue(const std::vector<std::string>& names, int days_left) const {
  const std::unique_ptr<EVP_PKEY, FreeKey> key(make_key());
  const std::unique_ptr<X509, FreeCertificate> certificate(
      make_certificate(key.get(), "test server", days_left * kDay));
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
  std::string subject;
  for (const std::string& name : names) subject += (subject.empty() ? "" : ",") + name;
  add_extension(certificate.get(), certificate_.get(), NID_subject_alt_name, subject);
  require(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0);
  return {.certificate = to_pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate.get()); }),
          .key = to_pem([&](BIO* out) {
            return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

}  // namespace gossamer
