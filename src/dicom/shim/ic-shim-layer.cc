/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How DCMTK is made to use a Channel: its connection and layer classes, plain and TLS. */
#include "dicom/shim/ic-shim-private.hh"

#include "dicom/shim/ic-shim-link.hh"

#include <dcmtk/dcmnet/dcmlayer.h>
#include <dcmtk/dcmnet/dcmtrans.h>
#include <dcmtk/dcmtls/tlslayer.h>
#include <dcmtk/dcmtls/tlstrans.h>

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cerrno>

namespace
{

/* DCMTK ignores our errors' kind; the link remembers it. */
const OFCondition handshake_failed (OFM_dcmnet, 1, OF_error, "TLS handshake failed");

class HasChannel
{
public:
  virtual ~HasChannel () = default;
  virtual Channel &channel () = 0;
};

class PlainConnection final : public DcmTCPConnection, public HasChannel
{
public:
  PlainConnection (int fd, Link &link) : DcmTCPConnection (fd), channel_ (link, fd, nullptr) {}
  Channel &
  channel () override
  {
    return channel_;
  }
  ssize_t
  read (void *data, size_t size) override
  {
    return channel_.read (data, size);
  }
  ssize_t
  write (void *data, size_t size) override
  {
    return channel_.write (data, size);
  }
  /* The link's limits hold, not DCMTK's whole seconds. */
  OFBool
  networkDataAvailable (int) override
  {
    LinkWait result;

    return channel_.is_readable (false, &result);
  }

private:
  Channel channel_;
};

class TlsConnection final : public DcmTLSConnection, public HasChannel
{
public:
  TlsConnection (int fd, SSL *ssl, Link &link)
      : DcmTLSConnection (fd, ssl), channel_ (link, fd, ssl)
  {
  }
  Channel &
  channel () override
  {
    return channel_;
  }
  OFCondition
  clientSideHandshake () override
  {
    return channel_.handshake () ? EC_Normal : handshake_failed;
  }
  /* It was made before DCMTK came in. */
  OFCondition
  serverSideHandshake () override
  {
    return EC_Normal;
  }
  ssize_t
  read (void *data, size_t size) override
  {
    return channel_.read (data, size);
  }
  ssize_t
  write (void *data, size_t size) override
  {
    return channel_.write (data, size);
  }
  OFBool
  networkDataAvailable (int) override
  {
    LinkWait result;

    return channel_.is_readable (false, &result);
  }

private:
  Channel channel_;
};

void
announce_connected (Link &link)
{
  if (link.on_connected != nullptr)
    link.on_connected (link.on_connected_data);
}

class PlainLayer final : public DcmTransportLayer
{
public:
  explicit PlainLayer (Link &link) : link_ (link) {}
  DcmTransportConnection *
  createConnection (DcmNativeSocketType fd, OFBool) override
  {
    announce_connected (link_);
    return new PlainConnection (fd, link_);
  }

private:
  Link &link_;
};

class AcceptingLayer final : public DcmTransportLayer
{
public:
  AcceptingLayer (Link &link, TlsSession session, std::string read_ahead)
      : link_ (link), session_ (std::move (session)), read_ahead_ (std::move (read_ahead))
  {
  }
  DcmTransportConnection *
  createConnection (DcmNativeSocketType fd, OFBool) override
  {
    std::unique_ptr<DcmTransportConnection> connection;

    if (session_)
      connection = std::make_unique<TlsConnection> (fd, session_.release (), link_);
    else
      connection = std::make_unique<PlainConnection> (fd, link_);
    announce_connected (link_);
    link_channel_of (connection.get ())->read_ahead (read_ahead_);
    return connection.release ();
  }

private:
  Link &link_;
  TlsSession session_;
  std::string read_ahead_;
};

void
set_socket (SSL *ssl, int fd)
{
  SSL_set_fd (ssl, fd);
  fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) | O_NONBLOCK);
}

class TlsLayer final : public DcmTLSTransportLayer
{
public:
  TlsLayer (Link &link, const std::string &host)
      : DcmTLSTransportLayer (NET_REQUESTOR, nullptr, OFFalse), link_ (link), host_ (host)
  {
  }
  DcmTransportConnection *
  createConnection (DcmNativeSocketType fd, OFBool) override
  {
    SSL *ssl = SSL_new (getNativeHandle ());

    announce_connected (link_);
    if (ssl == nullptr || !name_peer (ssl))
      {
        SSL_free (ssl);
        link_.fail (LinkFailure::tls_other, "the peer's name cannot be checked");
        return nullptr;
      }
    SSL_set_connect_state (ssl);
    set_socket (ssl, fd);
    return new TlsConnection (fd, ssl, link_);
  }

private:
  bool
  name_peer (SSL *ssl) const
  {
    X509_VERIFY_PARAM *verify = SSL_get0_param (ssl);

    if (X509_VERIFY_PARAM_set1_ip_asc (verify, host_.c_str ()) == 1)
      return true;
    X509_VERIFY_PARAM_set_hostflags (verify, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set_tlsext_host_name (ssl, host_.c_str ()) == 1 &&
           X509_VERIFY_PARAM_set1_host (verify, host_.c_str (), 0) == 1;
  }

  Link &link_;
  std::string host_;
};

struct BioFree
{
  void
  operator() (BIO *bio) const
  {
    BIO_free (bio);
  }
};
struct X509Free
{
  void
  operator() (X509 *certificate) const
  {
    X509_free (certificate);
  }
};
struct KeyFree
{
  void
  operator() (EVP_PKEY *key) const
  {
    EVP_PKEY_free (key);
  }
};
using BioPtr = std::unique_ptr<BIO, BioFree>;
using X509Ptr = std::unique_ptr<X509, X509Free>;
using KeyPtr = std::unique_ptr<EVP_PKEY, KeyFree>;

/* A key with a password is refused rather than asked about on the terminal. */
int
no_password_cb (char *, int, int, void *)
{
  return -1;
}

BioPtr
open_pem (const std::string &pem)
{
  return BioPtr (BIO_new_mem_buf (pem.data (), (int) pem.size ()));
}

X509Ptr
next_certificate (BIO *bio)
{
  return X509Ptr (PEM_read_bio_X509 (bio, nullptr, no_password_cb, nullptr));
}

/* An acceptor also names them to who connects, which may have several certificates to show. */
bool
trust_bundle (SSL_CTX *context, const std::string &pem, bool as_acceptor)
{
  BioPtr bio = open_pem (pem);
  int n = 0;

  while (X509Ptr certificate = next_certificate (bio.get ()))
    {
      n += X509_STORE_add_cert (SSL_CTX_get_cert_store (context), certificate.get ());
      if (as_acceptor)
        SSL_CTX_add_client_CA (context, certificate.get ());
    }
  ERR_clear_error ();
  return n > 0;
}

bool
use_own_certificate (SSL_CTX *context, const TlsParameters &tls)
{
  BioPtr chain = open_pem (tls.certificate);
  BioPtr key_bio = open_pem (tls.key);
  X509Ptr own = next_certificate (chain.get ());
  KeyPtr key (PEM_read_bio_PrivateKey (key_bio.get (), nullptr, no_password_cb, nullptr));

  if (!own || !key || SSL_CTX_use_certificate (context, own.get ()) != 1 ||
      SSL_CTX_use_PrivateKey (context, key.get ()) != 1 || SSL_CTX_check_private_key (context) != 1)
    return false;
  while (X509Ptr issuer = next_certificate (chain.get ()))
    if (SSL_CTX_add1_chain_cert (context, issuer.get ()) != 1)
      return false;
  ERR_clear_error ();
  return true;
}

bool
fail_tls_setup (GError **error, const char *what)
{
  ERR_clear_error ();
  g_set_error_literal (error, IC_ERROR, IC_ERROR_TLS, what);
  return false;
}

/* PS3.15 B.12: BCP 195, without falling back below TLS 1.2. */
bool
configure_profile (DcmTLSTransportLayer &layer, GError **error)
{
  SSL_CTX *context = layer.getNativeHandle ();

  if (context == nullptr || layer.setTLSProfile (TSP_Profile_BCP195_ND).bad () ||
      layer.activateCipherSuites ().bad () ||
      SSL_CTX_set_min_proto_version (context, TLS1_2_VERSION) != 1)
    return fail_tls_setup (error, "TLS cannot be set up");
  SSL_CTX_set_mode (context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return true;
}

bool
configure_certificates (SSL_CTX *context,
                        const TlsParameters &tls,
                        bool as_acceptor,
                        GError **error)
{
  const bool needs_ca = !as_acceptor || !tls.ca.empty ();

  if (needs_ca && !trust_bundle (context, tls.ca, as_acceptor))
    return fail_tls_setup (error, "no certificate authority in what is given as one");
  if ((as_acceptor || !tls.certificate.empty ()) && !use_own_certificate (context, tls))
    return fail_tls_setup (error, "our certificate and private key cannot be used together");
  return true;
}

bool
configure (TlsLayer &layer, const TlsParameters &tls, GError **error)
{
  if (!configure_profile (layer, error))
    return false;
  SSL_CTX_set_verify (layer.getNativeHandle (), SSL_VERIFY_PEER, nullptr);
  return configure_certificates (layer.getNativeHandle (), tls, false, error);
}

/* No peer should accept it otherwise, and what peers say of it is less clear. */
bool
check_validity (SSL_CTX *context, GError **error)
{
  X509 *own = SSL_CTX_get0_certificate (context);

  if (X509_cmp_current_time (X509_get0_notAfter (own)) < 0)
    return fail_tls_setup (error, "our certificate has expired");
  if (X509_cmp_current_time (X509_get0_notBefore (own)) > 0)
    return fail_tls_setup (error, "our certificate is not valid yet");
  return true;
}

/* Every association shows its certificate: sessions are not taken up again, which would also fail
 * for those who must show one and were given no context. */
bool
configure_acceptor (DcmTLSTransportLayer &layer, const TlsParameters &tls, GError **error)
{
  SSL_CTX *context = layer.getNativeHandle ();

  if (!configure_profile (layer, error) || !configure_certificates (context, tls, true, error))
    return false;
  SSL_CTX_set_verify (context,
                      tls.ca.empty () ? SSL_VERIFY_NONE
                                      : SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                      nullptr);
  SSL_CTX_set_session_cache_mode (context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options (context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets (context, 0);
  return check_validity (context, error);
}

} // namespace

std::string
link_string_of (GBytes *bytes)
{
  gsize size = 0;
  gconstpointer data = bytes != nullptr ? g_bytes_get_data (bytes, &size) : nullptr;

  return data != nullptr ? std::string (static_cast<const char *> (data), size) : std::string ();
}

void
TlsFree::operator() (ssl_ctx_st *context) const
{
  SSL_CTX_free (context);
}

void
TlsFree::operator() (ssl_st *session) const
{
  SSL_free (session);
}

TlsContext
link_tls_new_accepting (const TlsParameters &tls, GError **error)
{
  DcmTLSTransportLayer layer (NET_ACCEPTOR, nullptr, OFFalse);

  if (!configure_acceptor (layer, tls, error))
    return nullptr;
  SSL_CTX_up_ref (layer.getNativeHandle ());
  return TlsContext (layer.getNativeHandle ());
}

TlsSession
link_tls_accept (ssl_ctx_st *context, int fd)
{
  TlsSession session (SSL_new (context));

  if (!session)
    throw std::bad_alloc ();
  SSL_set_accept_state (session.get ());
  set_socket (session.get (), fd);
  return session;
}

std::unique_ptr<DcmTransportLayer>
link_layer_new_accepting (Link &link, TlsSession session, std::string read_ahead)
{
  return std::make_unique<AcceptingLayer> (link, std::move (session), std::move (read_ahead));
}

std::unique_ptr<DcmTransportLayer>
link_layer_new (Link &link, const TlsParameters *tls, GError **error)
{
  if (tls == nullptr)
    return std::make_unique<PlainLayer> (link);

  auto layer = std::make_unique<TlsLayer> (link, tls->host);

  if (!configure (*layer, *tls, error))
    return nullptr;
  return layer;
}

Channel *
link_channel_of (DcmTransportConnection *connection)
{
  auto with_channel = dynamic_cast<HasChannel *> (connection);

  return with_channel != nullptr ? &with_channel->channel () : nullptr;
}
