/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DCMTK's input stream over a descriptor. It reads with pread(), so that the descriptor's offset
 * does not matter and values left for later come from the same descriptor and not from a name. It
 * also keeps DCMTK out of its own traps: nesting that would overflow the stack, a deflated data
 * set that grows without end. One stream belongs to one thread.
 */
#pragma once

#include "dicom/shim/ic-shim-private.hh"

#include <memory>
#include <string>

#include <dcmtk/dcmdata/dcistrma.h>

/* What a parser may use of the stack below the frame that made the stream: about 150 levels of
 * sequences; real objects have less than 20.
 */
#define IC_SHIM_STACK_MAX (256 * 1024)

/* The CPU time that a parse may take. DCMTK is quadratic where elements stand in descending order:
 * a megabyte made on purpose takes hours.
 */
#define IC_SHIM_PARSE_MAX_US (30 * G_USEC_PER_SEC)

/* How often a parse may ask for bytes: three to five times for each element, of which DCMTK makes
 * 200 bytes. The largest structure sets and reports have some 100,000 elements.
 */
#define IC_SHIM_READS_MAX (4 * 1000 * 1000)

/* What is inflated of a deflated data set; the rest reads as if the file ended there. */
#define IC_SHIM_INFLATED_MAX (128 * 1024 * 1024)

/* The bytes: a file, or once it had to be inflated, memory shared with later readers. */
struct IcShimSource
{
  int fd = -1; /* borrowed */
  GCancellable *cancellable = nullptr;
  std::shared_ptr<const std::string> memory;
};

class IcShimProducer : public DcmProducer
{
public:
  enum class Stop
  {
    none,
    cancelled,
    read_failed,
    too_deep,
    too_long,
    too_many,
  };

  IcShimProducer (const IcShimSource &source, offile_off_t position);

  OFBool good () const override;
  OFCondition status () const override;
  OFBool eos () override;
  offile_off_t avail () override;
  offile_off_t read (void *buffer, offile_off_t n) override;
  offile_off_t skip (offile_off_t n) override;
  void putback (offile_off_t n) override;

  /* Puts the inflated rest of the file in the place of the rest of the file. */
  OFCondition inflate_rest (size_t n_bytes_max);

  const IcShimSource &
  source () const
  {
    return source_;
  }
  offile_off_t
  position () const
  {
    return position_;
  }
  Stop
  reason () const
  {
    return reason_;
  }
  int
  saved_errno () const
  {
    return saved_errno_;
  }

private:
  static constexpr size_t window_size = 16 * 1024;

  size_t fetch (char *buffer, size_t n);
  size_t read_file (char *buffer, size_t n, offile_off_t position);
  void stop (Stop reason);
  void check_limits (const char *stack);

  IcShimSource source_;
  offile_off_t position_;
  offile_off_t end_ = 0;
  const char *const stack_top_;
  const gint64 started_us_;
  guint n_reads_ = 0;
  Stop reason_ = Stop::none;
  int saved_errno_ = 0;
  offile_off_t window_start_ = 0;
  size_t window_length_ = 0;
  char window_[window_size];
};

class IcShimStream : public DcmInputStream
{
public:
  /* @fd stays open and unmoved as long as the stream and every object read from it. */
  IcShimStream (int fd, GCancellable *cancellable);
  IcShimStream (const IcShimSource &source, offile_off_t position);

  OFCondition installCompressionFilter (E_StreamCompression filter) override;
  DcmInputStreamFactory *newFactory () const override;

  /* Sets @error when @cond is bad, with the reason the stream knows before the one DCMTK gives:
   * cancelled, IC_ERROR_READ_FAILED, IC_ERROR_BAD_DATA. Returns whether @cond was good and the
   * stream not stopped.
   */
  bool check (const OFCondition &cond, const char *what, GError **error) const;

  /* Where the next byte comes from; of a deflated data set, counted in what it inflated to. */
  const IcShimSource &
  source () const
  {
    return producer_.source ();
  }
  offile_off_t
  position () const
  {
    return producer_.position ();
  }

  /* Cancelled, unreadable, too deep, too long: reading again would end the same. */
  bool
  is_stopped () const
  {
    return producer_.reason () != IcShimProducer::Stop::none;
  }

private:
  IcShimProducer producer_;
};
