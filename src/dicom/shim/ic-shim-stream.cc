/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-stream.hh"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <dcmtk/dcmdata/dcerror.h>

namespace
{

/* DCMTK keeps one of these for each value that it leaves in the file. */
class Factory : public DcmInputStreamFactory
{
public:
  Factory (const IcShimSource &source, offile_off_t position)
      : source_ (source), position_ (position)
  {
  }

  DcmInputStream *
  create () const override
  {
    return new IcShimStream (source_, position_);
  }

  DcmInputStreamFactory *
  clone () const override
  {
    return new Factory (*this);
  }

  DcmInputStreamFactoryType
  ident () const override
  {
    return DFT_DcmInputFileStreamFactory;
  }

private:
  IcShimSource source_;
  offile_off_t position_;
};

class Inflater
{
public:
  Inflater () { good_ = inflateInit2 (&z_, -MAX_WBITS) == Z_OK; }
  ~Inflater () { inflateEnd (&z_); }
  Inflater (const Inflater &) = delete;
  Inflater &operator= (const Inflater &) = delete;

  /* Appends what @n bytes unfold to. FALSE at the end, after damage or at @n_bytes_max. */
  bool
  feed (const char *bytes, size_t n, std::string &out, size_t n_bytes_max)
  {
    char buffer[16 * 1024];

    z_.next_in = reinterpret_cast<Bytef *> (const_cast<char *> (bytes));
    z_.avail_in = n;
    while (good_ && out.size () < n_bytes_max)
      {
        z_.next_out = reinterpret_cast<Bytef *> (buffer);
        z_.avail_out = sizeof buffer;
        const int result = inflate (&z_, Z_NO_FLUSH);
        out.append (buffer, sizeof buffer - z_.avail_out);
        good_ = result == Z_OK || result == Z_BUF_ERROR;
        if (z_.avail_out > 0 && z_.avail_in == 0)
          return good_;
      }
    return false;
  }

private:
  z_stream z_ = {};
  bool good_;
};

/* Of this thread, so that neither a slow disc nor other work on the machine counts. */
gint64
get_cpu_us ()
{
  timespec now = {};

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

} // namespace

IcShimProducer::IcShimProducer (const IcShimSource &source, offile_off_t position)
    : source_ (source), position_ (position),
      stack_top_ (static_cast<const char *> (__builtin_frame_address (0))),
      started_us_ (get_cpu_us ())
{
  struct stat status = {};

  if (source_.memory)
    end_ = source_.memory->size ();
  else if (fstat (source_.fd, &status) == 0 && S_ISREG (status.st_mode))
    end_ = status.st_size;
  else
    {
      saved_errno_ = S_ISDIR (status.st_mode) ? EISDIR : ESPIPE;
      stop (Stop::read_failed);
    }
}

OFBool
IcShimProducer::good () const
{
  return reason_ == Stop::none;
}

OFCondition
IcShimProducer::status () const
{
  return reason_ == Stop::none ? EC_Normal : EC_InvalidStream;
}

OFBool
IcShimProducer::eos ()
{
  return position_ >= end_;
}

offile_off_t
IcShimProducer::avail ()
{
  return good () ? end_ - position_ : 0;
}

offile_off_t
IcShimProducer::skip (offile_off_t n)
{
  n = CLAMP (n, 0, end_ - position_);
  position_ += n;
  return n;
}

void
IcShimProducer::putback (offile_off_t n)
{
  position_ -= MIN (n, position_);
}

void
IcShimProducer::stop (Stop reason)
{
  if (reason_ == Stop::none)
    reason_ = reason;
}

void
IcShimProducer::check_limits (const char *stack)
{
  if (stack < stack_top_ && stack_top_ - stack > IC_SHIM_STACK_MAX)
    stop (Stop::too_deep);
  if (++n_reads_ > IC_SHIM_READS_MAX)
    stop (Stop::too_many);
  if (n_reads_ % 256 == 0 && get_cpu_us () - started_us_ > IC_SHIM_PARSE_MAX_US)
    stop (Stop::too_long);
}

offile_off_t
IcShimProducer::read (void *buffer, offile_off_t n)
{
  offile_off_t done = 0;

  check_limits (static_cast<const char *> (__builtin_frame_address (0)));
  while (done < n && good ())
    {
      const size_t got = fetch (static_cast<char *> (buffer) + done, n - done);

      if (got == 0)
        break;
      done += got;
      position_ += got;
    }
  if (done < n)
    memset (static_cast<char *> (buffer) + done, 0, n - done);
  return done;
}

size_t
IcShimProducer::fetch (char *buffer, size_t n)
{
  if (position_ >= end_)
    return 0;
  if (source_.memory)
    {
      n = MIN (n, (size_t) (end_ - position_));
      memcpy (buffer, source_.memory->data () + position_, n);
      return n;
    }
  if (position_ < window_start_ || position_ >= window_start_ + (offile_off_t) window_length_)
    {
      if (n >= window_size)
        return read_file (buffer, n, position_);
      window_start_ = position_;
      window_length_ = read_file (window_, window_size, position_);
    }
  n = MIN (n, (size_t) (window_start_ + window_length_ - position_));
  memcpy (buffer, window_ + (position_ - window_start_), n);
  return n;
}

size_t
IcShimProducer::read_file (char *buffer, size_t n, offile_off_t position)
{
  if (g_cancellable_is_cancelled (source_.cancellable))
    {
      stop (Stop::cancelled);
      return 0;
    }

  const ssize_t got = TEMP_FAILURE_RETRY (pread (source_.fd, buffer, n, position));
  if (got == 0)
    end_ = MIN (end_, position); /* it became shorter: never wait for more */
  if (got >= 0)
    return got;
  saved_errno_ = errno;
  stop (Stop::read_failed);
  return 0;
}

OFCondition
IcShimProducer::inflate_rest (size_t n_bytes_max)
{
  auto inflated = std::make_shared<std::string> ();
  std::string deflated (window_size, '\0');
  Inflater inflater;
  size_t n = 0;

  do
    {
      n = fetch (&deflated[0], deflated.size ());
      position_ += n;
    }
  while (n > 0 && inflater.feed (deflated.data (), n, *inflated, n_bytes_max));
  source_.memory = inflated;
  position_ = 0;
  end_ = inflated->size ();
  return status ();
}

IcShimStream::IcShimStream (int fd, GCancellable *cancellable)
    : DcmInputStream (&producer_), producer_ ({ fd, cancellable, nullptr }, 0)
{
}

IcShimStream::IcShimStream (const IcShimSource &source, offile_off_t position)
    : DcmInputStream (&producer_), producer_ (source, position)
{
}

OFCondition
IcShimStream::installCompressionFilter (E_StreamCompression filter)
{
  if (filter != ESC_zlib)
    return EC_UnsupportedEncoding;
  return producer_.inflate_rest (IC_SHIM_INFLATED_MAX);
}

DcmInputStreamFactory *
IcShimStream::newFactory () const
{
  return new Factory (producer_.source (), producer_.position ());
}

bool
IcShimStream::check (const OFCondition &cond, const char *what, GError **error) const
{
  switch (producer_.reason ())
    {
    case IcShimProducer::Stop::cancelled:
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s: cancelled", what);
      return false;
    case IcShimProducer::Stop::read_failed:
      return ic_error_set_errno (error, IC_ERROR_READ_FAILED, producer_.saved_errno (), what);
    case IcShimProducer::Stop::too_deep:
      g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "%s: nested too deeply", what);
      return false;
    case IcShimProducer::Stop::too_long:
      g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "%s: made to take too long", what);
      return false;
    case IcShimProducer::Stop::too_many:
      g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "%s: too many elements", what);
      return false;
    case IcShimProducer::Stop::none:
      break;
    }
  if (cond == EC_EndOfStream || cond == EC_StreamNotifyClient)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_BAD_DATA, "%s: it ends too early", what);
      return false;
    }
  return cond.good () || ic_shim_set_condition (error, IC_ERROR_BAD_DATA, what, cond);
}
