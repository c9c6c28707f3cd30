/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes under an association: every wait ends by data, deadline or cancel, and what went wrong
 * is remembered, because DCMTK reports all of it as "connection closed". One thread at a time.
 */
#pragma once

#include <gio/gio.h>

#include <sys/types.h>
#include <sys/uio.h>

#include <memory>
#include <string>
#include <vector>

/* From DCMTK and OpenSSL, so that this header includes neither. */
class DcmTransportLayer;
struct ssl_ctx_st;
struct ssl_st;

enum class LinkFailure
{
  none,
  cancelled,
  timed_out,
  closed,           /* by the peer, without a word */
  io,               /* the kernel says no */
  tls_own_refused,  /* the peer does not like our certificate, or wants one */
  tls_peer_unknown, /* we do not trust the peer's certificate, or it names somebody else */
  tls_not_spoken,   /* we speak TLS, the peer does not */
  tls_expected,     /* the peer speaks TLS, we do not */
  tls_other,
};

enum class LinkWait
{
  ready,
  cancelled, /* asked to stop, nothing is broken yet */
  failed,    /* failure() says how */
};

/* What PEM contents a TLS connection is made from; the strings are empty when not given. */
struct TlsParameters
{
  std::string ca;
  std::string certificate;
  std::string key;
  std::string host; /* whom the peer's certificate must name: a host name or an address; as
                       acceptor nobody looks at it */
};

/* "" for NULL. */
std::string link_string_of (GBytes *bytes);

struct TlsFree
{
  void operator() (ssl_ctx_st *context) const;
  void operator() (ssl_st *session) const;
};
using TlsContext = std::unique_ptr<ssl_ctx_st, TlsFree>;
using TlsSession = std::unique_ptr<ssl_st, TlsFree>;

/* Time limits, cancelling and the first failure of one connection. */
class Link
{
public:
  explicit Link (GCancellable *cancellable);
  ~Link ();
  Link (const Link &) = delete;
  Link &operator= (const Link &) = delete;

  /* No single wait is longer than this. */
  void
  set_wait_limit_ms (guint limit_ms)
  {
    wait_limit_us_ = limit_ms * G_GINT64_CONSTANT (1000);
  }
  /* No wait goes beyond this moment; G_MAXINT64 for none. */
  void
  set_deadline_us (gint64 deadline_us)
  {
    deadline_us_ = deadline_us;
  }
  void
  set_deadline_ms (guint from_now_ms)
  {
    deadline_us_ = g_get_monotonic_time () + from_now_ms * G_GINT64_CONSTANT (1000);
  }
  void
  clear_deadline ()
  {
    deadline_us_ = G_MAXINT64;
  }
  bool is_past_deadline () const;

  /* Waits until @fd has one of @events. Cancelling leaves the peer the grace time to end in order:
   * a read in the middle of something goes on until then, but with @stop_at_cancel the caller is
   * told at once. */
  LinkWait wait (int fd, short events, bool stop_at_cancel);

  /* Whether cancelling was asked for; starts the grace time when it is noticed first. */
  bool notice_cancel ();
  bool
  cancel_was_noticed () const
  {
    return cancel_noticed_;
  }

  /* Only the first failure counts. */
  void fail (LinkFailure failure, const std::string &detail = {});
  LinkFailure
  failure () const
  {
    return failure_;
  }
  const std::string &
  failure_detail () const
  {
    return failure_detail_;
  }

  void (*on_connected) (gpointer) = nullptr; /* called when TCP is through, in that thread */
  gpointer on_connected_data = nullptr;

private:
  GCancellable *cancellable_;
  GPollFD cancel_fd_{ -1, 0, 0 };
  gint64 wait_limit_us_;
  gint64 deadline_us_ = G_MAXINT64;
  bool cancel_noticed_ = false;
  LinkFailure failure_ = LinkFailure::none;
  std::string failure_detail_;
};

/* Reads and writes of one connected socket, plain or TLS. Written PDU headers wait for their body
 * so that both leave in one segment or record: DCMTK writes them apart, and Nagle's algorithm
 * with the peer's delayed ACK then costs 40 ms a message. */
class Channel
{
public:
  Channel (Link &link, int fd, ssl_st *ssl);

  /* True at once where there is no TLS. */
  bool handshake ();
  /* Some bytes, at least one and none beyond @size; -1 when there will be no more. */
  ssize_t receive (unsigned char *data, size_t size);
  /* @bytes are what read() gives first. */
  void read_ahead (const std::string &bytes);
  ssize_t read (void *data, size_t size);
  ssize_t write (const void *data, size_t size);
  /* All of @parts, which are altered, in as few system calls as it takes. */
  bool write_parts (std::vector<iovec> &parts);
  bool is_readable (bool stop_at_cancel, LinkWait *result);
  /* The same until @until_us (monotonic) or some time before; nothing has failed if it is not. */
  bool is_readable_before (gint64 until_us);

private:
  ssize_t receive_at_once (unsigned char *data, size_t size);
  ssize_t receive_plain (unsigned char *data, size_t size);
  ssize_t receive_tls (unsigned char *data, size_t size);
  bool send_plain (iovec *parts, size_t n);
  bool send_tls (const unsigned char *data, size_t size);
  bool wait_readable ();
  bool wait_tls (int ssl_error);
  void fail_tls (int ssl_error);
  void fail_errno (int saved_errno);
  void fail_end_of_stream ();
  bool is_foreign_tls ();
  void take_filled (size_t size);
  bool fill_at_once ();

  Link &link_;
  int fd_;
  ssl_st *ssl_; /* borrowed from the connection, NULL for plain TCP */
  bool received_anything_ = false;
  size_t held_size_ = 0;
  unsigned char held_[12];
  std::vector<unsigned char> buffer_;
  size_t buffer_begin_ = 0;
  size_t buffer_end_ = 0;
};

/* Our side of TLS for connections that others make, for all threads. Without @tls.ca nobody has to
 * show a certificate. Fails with IC_ERROR_TLS when the certificates make no sense or ours is not
 * valid now. */
TlsContext link_tls_new_accepting (const TlsParameters &tls, GError **error);

/* Over the connected socket @fd, which no longer blocks; its handshake is the Channel's to make.
 * Never NULL: throws. */
TlsSession link_tls_accept (ssl_ctx_st *context, int fd);

/* The layer that takes one connection which somebody else has accepted, secured by @session if
 * there is one, and of which @read_ahead has been read already. */
std::unique_ptr<DcmTransportLayer> link_layer_new_accepting (Link &link,
                                                             TlsSession session,
                                                             std::string read_ahead);

/* The layer that makes connections over @link, which must outlive it. With @tls the certificates
 * are read here; fails with IC_ERROR_TLS when they make no sense. */
std::unique_ptr<DcmTransportLayer> link_layer_new (Link &link,
                                                   const TlsParameters *tls,
                                                   GError **error);

/* The channel of the connection that the layer of @link made; NULL for any other. */
class DcmTransportConnection;
Channel *link_channel_of (DcmTransportConnection *connection);
