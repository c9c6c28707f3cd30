/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The top level of short data sets in Implicit or Explicit VR Little Endian: command sets and the
 * identifiers of queries. Sequences are stepped over, without recursion. It is no parser for files.
 */
#pragma once

#include "dicom/shim/ic-shim-head.hh"

#include <glib.h>

#include <cstddef>
#include <string>
#include <string_view>

struct Element
{
  guint32 tag; /* group << 16 | element */
  std::string_view value;
};

class ElementReader
{
public:
  ElementReader (std::string_view data, bool explicit_vr) : rest_ (data), explicit_vr_ (explicit_vr)
  {
  }

  /* False at the end, and where the bytes make no sense: then is_damaged(). */
  bool next (Element &element);
  bool
  is_damaged () const
  {
    return damaged_;
  }

private:
  bool read_head (IcShimHead &head);
  bool skip (size_t size);
  bool skip_undefined_length ();

  std::string_view rest_;
  bool explicit_vr_;
  bool damaged_ = false;
};

/* Appends elements in the order given, which must be that of the tags. */
class ElementWriter
{
public:
  explicit ElementWriter (bool explicit_vr) : explicit_vr_ (explicit_vr) {}

  /* @vr has two letters; a value of odd length is padded as its VR asks (PS3.5 6.2). */
  void add (guint32 tag, const char *vr, std::string_view value);
  /* Without the value, whose @length is even. */
  void add_head (guint32 tag, const char *vr, guint32 length);
  void add_us (guint32 tag, guint16 value);
  void add_ul (guint32 tag, guint32 value);

  const std::string &
  bytes () const
  {
    return bytes_;
  }

private:
  std::string bytes_;
  bool explicit_vr_;
};

guint16 element_us (std::string_view value); /* 0 when it is not two bytes */

/* Without the padding at both ends, which is what UID, AE and code strings need. */
std::string_view element_trim (std::string_view value);
