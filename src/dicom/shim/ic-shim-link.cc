/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-link.hh"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

namespace
{

/* How long the peer may take to end in order after cancel. */
constexpr gint64 cancel_grace_us = 70 * 1000;

/* How often a wait for something that need not come looks whether it was cancelled. */
constexpr gint64 look_interval_us = 50 * 1000;

/* Small PDUs come out of one recv(); of large ones only the beginning is copied. */
constexpr size_t buffer_size = 16 * 1024;

constexpr unsigned char pdu_type_data = 0x04;
constexpr unsigned char tls_record_alert = 0x15;
constexpr unsigned char tls_record_handshake = 0x16;

int
poll_timeout_ms (gint64 until_us)
{
  gint64 left_us = until_us - g_get_monotonic_time ();

  return (int) std::clamp<gint64> ((left_us + 999) / 1000, 0, G_MAXINT);
}

bool
alert_means_own_certificate (int alert)
{
  switch (alert)
    {
    case SSL_AD_HANDSHAKE_FAILURE: /* TLS 1.2 says no more when a certificate is missing */
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_ACCESS_DENIED:
    case SSL_AD_CERTIFICATE_REQUIRED:
      return true;
    default:
      return false;
    }
}

/* What is left of @parts when @size bytes of them are gone. */
void
skip_parts (iovec **parts, size_t *n, size_t size)
{
  while (*n > 0 && size >= (*parts)->iov_len)
    {
      size -= (*parts)->iov_len;
      (*parts)++;
      (*n)--;
    }
  if (*n == 0)
    return;
  (*parts)->iov_base = static_cast<char *> ((*parts)->iov_base) + size;
  (*parts)->iov_len -= size;
}

} // namespace

Link::Link (GCancellable *cancellable)
    : cancellable_ (cancellable != nullptr ? G_CANCELLABLE (g_object_ref (cancellable)) : nullptr),
      wait_limit_us_ (60 * G_USEC_PER_SEC)
{
  if (!g_cancellable_make_pollfd (cancellable_, &cancel_fd_))
    cancel_fd_.fd = -1;
}

Link::~Link ()
{
  if (cancel_fd_.fd >= 0)
    g_cancellable_release_fd (cancellable_);
  g_clear_object (&cancellable_);
}

bool
Link::is_past_deadline () const
{
  return deadline_us_ != G_MAXINT64 && g_get_monotonic_time () > deadline_us_;
}

bool
Link::notice_cancel ()
{
  if (!g_cancellable_is_cancelled (cancellable_))
    return false;
  if (!cancel_noticed_)
    {
      cancel_noticed_ = true;
      deadline_us_ = std::min (deadline_us_, g_get_monotonic_time () + cancel_grace_us);
    }
  return true;
}

void
Link::fail (LinkFailure failure, const std::string &detail)
{
  if (failure_ != LinkFailure::none)
    return;
  failure_ = failure;
  failure_detail_ = detail;
}

LinkWait
Link::wait (int fd, short events, bool stop_at_cancel)
{
  gint64 limit_us = g_get_monotonic_time () + wait_limit_us_;

  for (;;)
    {
      pollfd fds[2] = { { fd, events, 0 }, { cancel_noticed_ ? -1 : cancel_fd_.fd, POLLIN, 0 } };
      int n = poll (fds, 2, poll_timeout_ms (std::min (limit_us, deadline_us_)));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          fail (LinkFailure::io, g_strerror (errno));
          return LinkWait::failed;
        }
      if (n == 0)
        {
          fail (cancel_noticed_ ? LinkFailure::cancelled : LinkFailure::timed_out);
          return LinkWait::failed;
        }
      if (fds[1].revents != 0)
        {
          notice_cancel ();
          if (stop_at_cancel)
            return LinkWait::cancelled;
          continue;
        }
      return LinkWait::ready;
    }
}

Channel::Channel (Link &link, int fd, ssl_st *ssl)
    : link_ (link), fd_ (fd), ssl_ (ssl), buffer_ (ssl == nullptr ? buffer_size : 0)
{
  int on = 1;

  setsockopt (fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* Before every wait: the peer's first segment must be acknowledged at once, or its own Nagle
 * holds back the second one for 40 ms. The kernel forgets the option by itself. */
bool
Channel::wait_readable ()
{
  int on = 1;

  setsockopt (fd_, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
  return link_.wait (fd_, POLLIN, false) == LinkWait::ready;
}

void
Channel::fail_errno (int saved_errno)
{
  if (saved_errno == ECONNRESET || saved_errno == EPIPE)
    fail_end_of_stream ();
  else
    link_.fail (LinkFailure::io, g_strerror (saved_errno));
}

/* Since TLS 1.3 a server looks at our certificate after our side of the handshake is over, and some
 * only hang up. Who connects to us and says nothing at all may just have looked whether we are
 * there. */
void
Channel::fail_end_of_stream ()
{
  if (ssl_ != nullptr && SSL_is_server (ssl_) && !SSL_is_init_finished (ssl_) &&
      BIO_number_read (SSL_get_rbio (ssl_)) > 0)
    link_.fail (LinkFailure::tls_other,
                "it hung up during the handshake; it may not accept our certificate");
  else if (ssl_ != nullptr && SSL_is_server (ssl_))
    link_.fail (LinkFailure::closed);
  else if (ssl_ != nullptr && SSL_is_init_finished (ssl_) && !received_anything_)
    link_.fail (LinkFailure::tls_own_refused, "it hung up after the handshake");
  else if (ssl_ != nullptr && !SSL_is_init_finished (ssl_))
    link_.fail (LinkFailure::tls_not_spoken, "it hung up during the handshake");
  else
    link_.fail (LinkFailure::closed,
                received_anything_ ? "" : "before its first word; it may want TLS");
}

void
Channel::fail_tls (int ssl_error)
{
  unsigned long code = ERR_peek_error ();
  int reason = ERR_GET_LIB (code) == ERR_LIB_SSL ? ERR_GET_REASON (code) : 0;
  const char *text = ERR_reason_error_string (code);
  long verified = SSL_get_verify_result (ssl_);

  if (verified != X509_V_OK)
    link_.fail (LinkFailure::tls_peer_unknown, X509_verify_cert_error_string (verified));
  else if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE)
    link_.fail (LinkFailure::tls_peer_unknown, "it shows none");
  else if (reason >= SSL_AD_REASON_OFFSET &&
           alert_means_own_certificate (reason - SSL_AD_REASON_OFFSET))
    link_.fail (LinkFailure::tls_own_refused, text != nullptr ? text : "");
  else if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
           reason == SSL_R_HTTPS_PROXY_REQUEST || reason == SSL_R_PACKET_LENGTH_TOO_LONG)
    link_.fail (LinkFailure::tls_not_spoken, "what it says is not TLS");
  else if (ssl_error == SSL_ERROR_ZERO_RETURN || reason == SSL_R_UNEXPECTED_EOF_WHILE_READING ||
           (ssl_error == SSL_ERROR_SYSCALL && code == 0))
    fail_end_of_stream ();
  else
    link_.fail (LinkFailure::tls_other, text != nullptr ? text : "unknown error");
  ERR_clear_error ();
}

/* After an SSL call that did not finish: true when it is worth to call again. */
bool
Channel::wait_tls (int ssl_error)
{
  if (ssl_error == SSL_ERROR_WANT_READ)
    return wait_readable ();
  if (ssl_error == SSL_ERROR_WANT_WRITE)
    return link_.wait (fd_, POLLOUT, false) == LinkWait::ready;
  fail_tls (ssl_error);
  return false;
}

bool
Channel::handshake ()
{
  if (ssl_ == nullptr)
    return true;
  for (;;)
    {
      ERR_clear_error ();
      int result = SSL_do_handshake (ssl_);

      if (result == 1)
        return true;
      if (!wait_tls (SSL_get_error (ssl_, result)))
        return false;
    }
}

/* What is here already: 0 when there is nothing yet, -1 when there will be nothing more. */
ssize_t
Channel::receive_at_once (unsigned char *data, size_t size)
{
  ssize_t n = recv (fd_, data, size, MSG_DONTWAIT);

  if (n > 0)
    return n;
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return 0;
  if (n == 0)
    fail_end_of_stream ();
  else
    fail_errno (errno);
  return -1;
}

ssize_t
Channel::receive_plain (unsigned char *data, size_t size)
{
  for (;;)
    {
      ssize_t n = receive_at_once (data, size);

      if (n != 0)
        return n;
      if (!wait_readable ())
        return -1;
    }
}

ssize_t
Channel::receive_tls (unsigned char *data, size_t size)
{
  for (;;)
    {
      ERR_clear_error ();
      int n = SSL_read (ssl_, data, (int) std::min<size_t> (size, G_MAXINT));

      if (n > 0)
        return n;
      if (!wait_tls (SSL_get_error (ssl_, n)))
        return -1;
    }
}

ssize_t
Channel::receive (unsigned char *data, size_t size)
{
  ssize_t n = ssl_ != nullptr ? receive_tls (data, size) : receive_plain (data, size);

  if (n < 0)
    errno = EIO; /* anything but EINTR, which DCMTK would repeat for ever */
  return n;
}

void
Channel::take_filled (size_t size)
{
  buffer_begin_ = 0;
  buffer_end_ = size;
  if (is_foreign_tls ())
    link_.fail (LinkFailure::tls_expected);
  received_anything_ = true;
}

/* False as well at the end of the stream: who reads next is told. */
bool
Channel::fill_at_once ()
{
  ssize_t n = ssl_ == nullptr ? receive_at_once (buffer_.data (), buffer_.size ()) : 0;

  if (n > 0)
    take_filled ((size_t) n);
  return n > 0;
}

/* A TLS server tells a plain client so with an alert record, which is no PDU. */
bool
Channel::is_foreign_tls ()
{
  return ssl_ == nullptr && !received_anything_ && buffer_end_ >= 2 &&
         (buffer_[0] == tls_record_alert || buffer_[0] == tls_record_handshake) &&
         buffer_[1] == 0x03;
}

void
Channel::read_ahead (const std::string &bytes)
{
  buffer_.assign (bytes.begin (), bytes.end ());
  buffer_begin_ = 0;
  buffer_end_ = bytes.size ();
  buffer_.resize (std::max (bytes.size (), buffer_size));
  received_anything_ = !bytes.empty ();
}

ssize_t
Channel::read (void *data, size_t size)
{
  size_t buffered = buffer_end_ - buffer_begin_;

  if (buffered == 0 && (ssl_ != nullptr || size >= buffer_.size ()))
    {
      ssize_t n = receive (static_cast<unsigned char *> (data), size);

      received_anything_ = received_anything_ || n > 0;
      return n;
    }
  if (buffered == 0)
    {
      ssize_t n = receive (buffer_.data (), buffer_.size ());

      if (n < 0)
        return n;
      take_filled ((size_t) n);
      buffered = (size_t) n;
    }
  size = std::min (size, buffered);
  memcpy (data, buffer_.data () + buffer_begin_, size);
  buffer_begin_ += size;
  return (ssize_t) size;
}

bool
Channel::send_plain (iovec *parts, size_t n)
{
  while (n > 0)
    {
      msghdr message = {};
      message.msg_iov = parts;
      message.msg_iovlen = std::min<size_t> (n, IOV_MAX);
      ssize_t sent = sendmsg (fd_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);

      if (sent < 0 && errno == EAGAIN)
        {
          if (link_.wait (fd_, POLLOUT, false) != LinkWait::ready)
            return false;
          continue;
        }
      if (sent < 0 && errno == EINTR)
        continue;
      if (sent < 0)
        {
          fail_errno (errno);
          return false;
        }
      skip_parts (&parts, &n, (size_t) sent);
    }
  return true;
}

bool
Channel::send_tls (const unsigned char *data, size_t size)
{
  while (size > 0)
    {
      ERR_clear_error ();
      int n = SSL_write (ssl_, data, (int) std::min<size_t> (size, G_MAXINT));

      if (n <= 0 && !wait_tls (SSL_get_error (ssl_, n)))
        return false;
      if (n <= 0)
        continue;
      data += n;
      size -= (size_t) n;
    }
  return true;
}

bool
Channel::write_parts (std::vector<iovec> &parts)
{
  std::string joined;

  if (ssl_ == nullptr)
    return send_plain (parts.data (), parts.size ());
  if (parts.size () == 1)
    return send_tls (static_cast<unsigned char *> (parts[0].iov_base), parts[0].iov_len);
  for (const iovec &part : parts)
    joined.append (static_cast<char *> (part.iov_base), part.iov_len);
  return send_tls (reinterpret_cast<const unsigned char *> (joined.data ()), joined.size ());
}

ssize_t
Channel::write (const void *data, size_t size)
{
  auto bytes = static_cast<const unsigned char *> (data);
  bool sent;

  if (held_size_ == 0 && size == sizeof held_ && bytes[0] == pdu_type_data)
    {
      memcpy (held_, bytes, size);
      held_size_ = size;
      return (ssize_t) size;
    }
  std::vector<iovec> parts = { { held_, held_size_ }, { const_cast<void *> (data), size } };
  sent = write_parts (parts);
  held_size_ = 0;
  if (sent)
    return (ssize_t) size;
  errno = EIO;
  return -1;
}

/* Looks before it waits: while a data set streams in, the next PDU is mostly here already. */
bool
Channel::is_readable (bool stop_at_cancel, LinkWait *result)
{
  int on = 1;

  *result = LinkWait::ready;
  if (buffer_end_ > buffer_begin_ || (ssl_ != nullptr && SSL_pending (ssl_) > 0) || fill_at_once ())
    return true;
  setsockopt (fd_, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
  *result = link_.wait (fd_, POLLIN, stop_at_cancel);
  return *result == LinkWait::ready;
}

bool
Channel::is_readable_before (gint64 until_us)
{
  gint64 slice_us = std::min (until_us, g_get_monotonic_time () + look_interval_us);
  pollfd fds = { fd_, POLLIN, 0 };

  if (buffer_end_ > buffer_begin_ || (ssl_ != nullptr && SSL_pending (ssl_) > 0))
    return true;
  return poll (&fds, 1, poll_timeout_ms (slice_us)) > 0;
}
