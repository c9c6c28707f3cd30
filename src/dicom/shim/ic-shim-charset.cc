/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-charset.h"

#include "dicom/shim/ic-shim-private.hh"

#include <cstring>
#include <iconv.h>
#include <string>
#include <vector>

#define REPLACEMENT "\xef\xbf\xbd"
#define ESCAPE '\x1b'

namespace
{

/* A converter of the C library is not reentrant: the lock is held for one run of letters. */
struct Codec
{
  const char *name;
  iconv_t to_utf8;
  iconv_t from_utf8;
};

enum CodecIndex
{
  CODEC_NONE = -1,
  CODEC_LATIN_1,
  CODEC_LATIN_2,
  CODEC_LATIN_3,
  CODEC_LATIN_4,
  CODEC_CYRILLIC,
  CODEC_ARABIC,
  CODEC_GREEK,
  CODEC_HEBREW,
  CODEC_LATIN_5,
  CODEC_THAI,
  CODEC_LATIN_9,
  CODEC_SHIFT_JIS,
  CODEC_EUC_JP,
  CODEC_EUC_KR,
  CODEC_EUC_CN,
  CODEC_GB18030,
  CODEC_GBK,
  N_CODECS,
};

Codec codecs[N_CODECS] = {
  { "ISO-8859-1" },  { "ISO-8859-2" }, { "ISO-8859-3" }, { "ISO-8859-4" }, { "ISO-8859-5" },
  { "ISO-8859-6" },  { "ISO-8859-7" }, { "ISO-8859-8" }, { "ISO-8859-9" }, { "ISO-8859-11" },
  { "ISO-8859-15" }, { "SHIFT_JIS" },  { "EUC-JP" },     { "EUC-KR" },     { "EUC-CN" },
  { "GB18030" },     { "GBK" },
};
GMutex codecs_lock;

enum Half
{
  G0, /* bytes below 0x80 */
  G1, /* bytes from 0x80 */
};

/* One graphic character set that an escape sequence can bring in (PS3.3 tables C.12-3, C.12-4). */
struct Set
{
  int registration; /* ISO-IR number */
  Half half;
  int width;          /* bytes a character in DICOM */
  const char *escape; /* without ESC */
  CodecIndex codec;
};

const Set sets[] = {
  { 6, G0, 1, "(B", CODEC_NONE },       { 14, G0, 1, "(J", CODEC_NONE },
  { 13, G1, 1, ")I", CODEC_SHIFT_JIS }, { 100, G1, 1, "-A", CODEC_LATIN_1 },
  { 101, G1, 1, "-B", CODEC_LATIN_2 },  { 109, G1, 1, "-C", CODEC_LATIN_3 },
  { 110, G1, 1, "-D", CODEC_LATIN_4 },  { 144, G1, 1, "-L", CODEC_CYRILLIC },
  { 127, G1, 1, "-G", CODEC_ARABIC },   { 126, G1, 1, "-F", CODEC_GREEK },
  { 138, G1, 1, "-H", CODEC_HEBREW },   { 148, G1, 1, "-M", CODEC_LATIN_5 },
  { 166, G1, 1, "-T", CODEC_THAI },     { 203, G1, 1, "-b", CODEC_LATIN_9 },
  { 87, G0, 2, "$B", CODEC_EUC_JP },    { 159, G0, 2, "$(D", CODEC_EUC_JP },
  { 149, G1, 2, "$)C", CODEC_EUC_KR },  { 58, G1, 2, "$)A", CODEC_EUC_CN },
};
const Set *const ascii = &sets[0];
const Set *const romaji = &sets[1];

enum class Whole
{
  no,      /* ISO 2022 */
  utf8,    /* ISO_IR 192 */
  gb18030, /* bytes of one character may look like a delimiter: never split */
  gbk,
  unknown,
};

/* What (0008,0005) says. */
struct Charset
{
  Whole whole = Whole::no;
  const Set *g0 = ascii; /* at the start of each component */
  const Set *g1 = nullptr;
  std::vector<const Set *> others; /* in the order of their mention */
};

const Set *
set_by_registration (int registration)
{
  for (const Set &set : sets)
    if (set.registration == registration)
      return &set;
  return nullptr;
}

/* "ISO_IR 100", "ISO 2022 IR 100" and the misspelt ones: the number behind "IR"; -1 for none. */
int
registration_of_term (const std::string &term)
{
  const size_t ir = term.find ("IR");
  const size_t digits = ir == std::string::npos ? ir : term.find_first_of ("0123456789", ir);

  if (digits == std::string::npos)
    return -1;
  return (int) g_ascii_strtoull (term.c_str () + digits, nullptr, 10);
}

Whole
whole_of_term (const std::string &term)
{
  if (term.find ("GB18030") != std::string::npos)
    return Whole::gb18030;
  if (term.find ("GBK") != std::string::npos)
    return Whole::gbk;
  if (term.find ("UTF") != std::string::npos || registration_of_term (term) == 192)
    return Whole::utf8;
  return Whole::no;
}

/* The first term also says what holds without any escape. */
void
add_set (Charset &charset, const Set *set, bool first)
{
  if (set->registration == 13 && first)
    charset.g0 = romaji;
  if (set->registration == 13)
    charset.others.push_back (romaji);
  if (set->half == G1 && first)
    charset.g1 = set;
  charset.others.push_back (set);
}

void
add_term (Charset &charset, const std::string &term, bool first, bool alone)
{
  const Whole whole = whole_of_term (term);
  const Set *set = set_by_registration (registration_of_term (term));

  if (whole != Whole::no && alone)
    charset.whole = whole;
  else if (whole == Whole::no && set != nullptr)
    add_set (charset, set, first);
  else if (first && !term.empty ())
    charset.whole = Whole::unknown;
}

Charset
parse_charset (const char *text)
{
  g_auto(GStrv) terms = g_strsplit (text, "\\", 16);
  Charset charset;
  bool alone = true;

  for (guint i = 0; terms[i] != nullptr && i < 16; i++)
    {
      g_autofree char *upper = g_ascii_strup (g_strstrip (terms[i]), -1);

      add_term (charset, upper, i == 0, alone);
      alone = alone && *upper == '\0';
    }
  return charset;
}

bool
open_codecs (const char **missing)
{
  for (Codec &codec : codecs)
    {
      *missing = codec.name;
      codec.to_utf8 = iconv_open ("UTF-8", codec.name);
      codec.from_utf8 = iconv_open (codec.name, "UTF-8");
      if (codec.to_utf8 == (iconv_t) -1 || codec.from_utf8 == (iconv_t) -1)
        return false;
    }
  *missing = nullptr;
  return true;
}

const char *
ensure_codecs ()
{
  static const char *missing = [] {
    const char *name = nullptr;
    open_codecs (&name);
    return name;
  }();
  return missing;
}

/* Appends @n bytes through a converter; what it refuses becomes U+FFFD, @unit bytes at a time. */
void
convert (CodecIndex index, const char *bytes, size_t n, size_t unit, std::string &out)
{
  char *in = const_cast<char *> (bytes);
  char buffer[512];

  if (ensure_codecs () != nullptr)
    return (void) out.append (REPLACEMENT);
  g_mutex_lock (&codecs_lock);
  iconv (codecs[index].to_utf8, nullptr, nullptr, nullptr, nullptr);
  while (n > 0)
    {
      char *end = buffer;
      size_t room = sizeof buffer;
      const size_t done = iconv (codecs[index].to_utf8, &in, &n, &end, &room);
      const bool full = done == (size_t) -1 && errno == E2BIG;

      out.append (buffer, end - buffer);
      if (done == (size_t) -1 && !full)
        {
          const size_t skipped = MIN (unit, n);
          out.append (REPLACEMENT);
          in += skipped;
          n -= skipped;
        }
    }
  g_mutex_unlock (&codecs_lock);
}

/* The machine of ISO 2022 over one value. */
class Decoder
{
public:
  Decoder (const Charset &charset, IcTextKind kind, const char *bytes, size_t n)
      : charset_ (charset), kind_ (kind), at_ (bytes), end_ (bytes + n)
  {
    reset ();
  }

  std::string
  run ()
  {
    while (at_ < end_)
      step ();
    return std::move (out_);
  }

private:
  void
  reset ()
  {
    g0_ = charset_.g0;
    g1_ = charset_.g1;
  }

  static bool
  is_high (char c)
  {
    return (c & 0x80) != 0;
  }

  static bool
  is_letter (char c)
  {
    return c > 0x20 && c < 0x7f;
  }

  bool
  ends_component (char c) const
  {
    if (c == '\n' || c == '\f' || c == '\r')
      return true;
    if (kind_ == IC_TEXT_NAME)
      return c == '^' || c == '=' || c == '\\';
    return kind_ == IC_TEXT_LIST && c == '\\';
  }

  void
  step ()
  {
    if (*at_ == ESCAPE)
      take_escape ();
    else if (is_high (*at_))
      take_high_run ();
    else if (g0_->width == 2 && is_letter (*at_))
      take_pairs ();
    else
      take_low ();
  }

  void
  take_escape ()
  {
    at_++;
    for (const Set &set : sets)
      {
        const size_t length = strlen (set.escape);

        if ((size_t) (end_ - at_) < length || memcmp (at_, set.escape, length) != 0)
          continue;
        (set.half == G0 ? g0_ : g1_) = &set;
        at_ += length;
        return;
      }
    out_.append (REPLACEMENT);
  }

  void
  take_high_run ()
  {
    const char *start = at_;

    while (at_ < end_ && is_high (*at_))
      at_++;
    if (g1_ != nullptr)
      convert (g1_->codec, start, at_ - start, g1_->width, out_);
    else
      for (; start < at_; start++)
        out_.append (REPLACEMENT);
  }

  /* EUC-JP has JIS X 0208 with the high bits set, and JIS X 0212 the same behind 0x8F. */
  void
  take_pairs ()
  {
    const bool supplement = g0_->registration == 159;
    std::string euc;

    while (end_ - at_ >= 2 && is_letter (at_[0]) && is_letter (at_[1]))
      {
        if (supplement)
          euc += '\x8f';
        euc += (char) (*at_++ | 0x80);
        euc += (char) (*at_++ | 0x80);
      }
    convert (g0_->codec, euc.data (), euc.size (), supplement ? 3 : 2, out_);
    if (at_ < end_ && is_letter (*at_))
      {
        out_.append (REPLACEMENT);
        at_++;
      }
  }

  void
  take_low ()
  {
    if (ends_component (*at_))
      reset ();
    if (*at_ == '\0')
      out_.append (REPLACEMENT);
    else
      out_ += *at_;
    at_++;
  }

  const Charset &charset_;
  const IcTextKind kind_;
  const char *at_;
  const char *const end_;
  const Set *g0_;
  const Set *g1_;
  std::string out_;
};

std::string
decode_whole (Whole whole, const char *bytes, size_t n)
{
  std::string out;

  if (whole == Whole::utf8)
    out.assign (bytes, n);
  else
    convert (whole == Whole::gbk ? CODEC_GBK : CODEC_GB18030, bytes, n, 1, out);
  return out;
}

/* Nearly every value: nothing to convert whatever the set. */
bool
is_plain_ascii (const char *bytes, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if ((guchar) bytes[i] < 0x20 || (guchar) bytes[i] >= 0x7f)
      return false;
  return true;
}

/* On one line nothing may steer a terminal. */
std::string
without_controls (const char *utf8)
{
  std::string out;

  for (const char *c = utf8; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_iscntrl (g_utf8_get_char (c)))
      out.append (REPLACEMENT);
    else
      out.append (c, g_utf8_next_char (c) - c);
  return out;
}

char *
decode (const Charset &charset, IcTextKind kind, const char *bytes, size_t n)
{
  const bool iso_2022 = charset.whole == Whole::no || charset.whole == Whole::unknown;
  const std::string utf8 =
      iso_2022 ? Decoder (charset, kind, bytes, n).run () : decode_whole (charset.whole, bytes, n);
  g_autofree char *valid = g_utf8_make_valid (utf8.data (), utf8.size ());

  if (kind == IC_TEXT_PLAIN)
    return static_cast<char *> (g_steal_pointer (&valid));
  return g_strdup (without_controls (valid).c_str ());
}

void
trim (IcTextKind kind, const char **bytes, size_t *n)
{
  while (*n > 0 && ((*bytes)[*n - 1] == ' ' || (*bytes)[*n - 1] == '\0'))
    --*n;
  while (kind != IC_TEXT_PLAIN && *n > 0 && **bytes == ' ')
    {
      ++*bytes;
      --*n;
    }
}

/* Padding may also stand before the escape that ends a value. */
void
trim_text (IcTextKind kind, char *utf8)
{
  const char *text = utf8;
  size_t n = strlen (utf8);

  trim (kind, &text, &n);
  memmove (utf8, text, n);
  utf8[n] = '\0';
}

/* One character of @utf8 in @set, as it stands in DICOM; empty when the set has it not. */
std::string
encode_letter (const Set &set, const char *utf8, size_t n)
{
  char buffer[8];
  char *in = const_cast<char *> (utf8);
  char *end = buffer;
  size_t room = sizeof buffer;
  size_t bad = 0;

  if (set.codec == CODEC_NONE || ensure_codecs () != nullptr)
    return {};
  g_mutex_lock (&codecs_lock);
  iconv (codecs[set.codec].from_utf8, nullptr, nullptr, nullptr, nullptr);
  bad = iconv (codecs[set.codec].from_utf8, &in, &n, &end, &room);
  g_mutex_unlock (&codecs_lock);

  std::string bytes (buffer, bad == 0 ? end - buffer : 0);
  const bool is_supplement = bytes.size () == 3 && bytes[0] == '\x8f';
  if (is_supplement != (set.registration == 159))
    return {};
  if (is_supplement)
    bytes.erase (0, 1);
  if (bytes.size () != (size_t) set.width || bytes[0] == '\x8e')
    return {};
  for (char &c : bytes)
    {
      if ((c & 0x80) == 0)
        return {};
      if (set.half == G0)
        c &= 0x7f;
    }
  return bytes;
}

class Encoder
{
public:
  explicit Encoder (const Charset &charset) : charset_ (charset), g0_ (charset.g0), g1_ (charset.g1)
  {
  }

  bool
  run (const char *utf8)
  {
    for (const char *c = utf8; *c != '\0'; c = g_utf8_next_char (c))
      if ((*c & 0x80) == 0)
        put_ascii (*c);
      else if (!put_letter (c, g_utf8_next_char (c) - c))
        return false;
    end_component ();
    return true;
  }

  std::string out;

private:
  void
  designate (const Set *set)
  {
    const Set *&current = set->half == G0 ? g0_ : g1_;

    if (current == set)
      return;
    out += ESCAPE;
    out += set->escape;
    current = set;
  }

  /* The next component starts in the first sets, whether its reader resets there or not. */
  void
  end_component ()
  {
    designate (charset_.g0);
    if (charset_.g1 != nullptr)
      designate (charset_.g1);
  }

  void
  put_ascii (char c)
  {
    const bool ends = strchr ("^=\\\n\f\r", c) != nullptr;

    if (ends)
      end_component ();
    designate (charset_.g0);
    out += c;
    if (ends)
      g1_ = charset_.g1;
  }

  bool
  put_letter (const char *utf8, size_t n)
  {
    for (const Set *set : charset_.others)
      {
        const std::string bytes = encode_letter (*set, utf8, n);

        if (bytes.empty ())
          continue;
        designate (set);
        out += bytes;
        return true;
      }
    return false;
  }

  const Charset &charset_;
  const Set *g0_;
  const Set *g1_;
};

bool
encode_gb (CodecIndex index, const char *utf8, std::string &out)
{
  char *in = const_cast<char *> (utf8);
  size_t n = strlen (utf8);
  size_t room = 4 * n;
  size_t bad = 0;

  if (ensure_codecs () != nullptr)
    return false;
  out.resize (room);
  char *end = &out[0];
  g_mutex_lock (&codecs_lock);
  iconv (codecs[index].from_utf8, nullptr, nullptr, nullptr, nullptr);
  bad = iconv (codecs[index].from_utf8, &in, &n, &end, &room);
  g_mutex_unlock (&codecs_lock);
  out.resize (end - out.data ());
  return bad == 0;
}

bool
encode (const Charset &charset, const char *utf8, std::string &out)
{
  switch (charset.whole)
    {
    case Whole::utf8:
      out = utf8;
      return true;
    case Whole::gb18030:
      return encode_gb (CODEC_GB18030, utf8, out);
    case Whole::gbk:
      return encode_gb (CODEC_GBK, utf8, out);
    case Whole::unknown:
      return false;
    case Whole::no:
      break;
    }

  Encoder encoder (charset);
  const bool good = encoder.run (utf8);
  out = std::move (encoder.out);
  return good;
}

} // namespace

gboolean
ic_charset_init (GError **error)
{
  const char *missing = ensure_codecs ();

  if (missing == nullptr)
    return TRUE;
  g_set_error (error, IC_ERROR, IC_ERROR_INTERNAL, "the C library does not convert %s", missing);
  return FALSE;
}

char *
ic_charset_decode (const char *charset, IcTextKind kind, gconstpointer bytes, gsize n_bytes)
{
  const char *text = static_cast<const char *> (bytes);

  trim (kind, &text, &n_bytes);
  if (n_bytes == 0)
    return g_strdup ("");
  if (is_plain_ascii (text, n_bytes))
    return g_strndup (text, n_bytes);
  char *utf8 = ic_shim_guard (nullptr, (char *) nullptr, [&] {
    return decode (parse_charset (charset != nullptr ? charset : ""), kind, text, n_bytes);
  });
  if (utf8 == nullptr)
    return g_strdup (REPLACEMENT);
  trim_text (kind, utf8);
  return utf8;
}

GBytes *
ic_charset_encode (const char *charset, const char *utf8)
{
  g_return_val_if_fail (g_utf8_validate (utf8, -1, nullptr), nullptr);
  return ic_shim_guard (nullptr, (GBytes *) nullptr, [&] () -> GBytes * {
    const Charset parsed = parse_charset (charset != nullptr ? charset : "");
    std::string out;

    if (!encode (parsed, utf8, out))
      return nullptr;
    return g_bytes_new (out.data (), out.size ());
  });
}
