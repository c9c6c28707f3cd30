/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a transfer syntax UID says about the bytes behind it (PS3.5 annex A, PS3.6 table A-1). The
 * UID string is the truth; a UID that is not in the table is opaque: such a file is carried, its
 * header may be read, and nothing is claimed about its pixel data, least of all that it is native.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define IC_TS_IMPLICIT_VR_LE "1.2.840.10008.1.2"
#define IC_TS_EXPLICIT_VR_LE "1.2.840.10008.1.2.1"
#define IC_TS_DEFLATED_EXPLICIT_VR_LE "1.2.840.10008.1.2.1.99"
#define IC_TS_EXPLICIT_VR_BE "1.2.840.10008.1.2.2"

typedef enum
{
  IC_TS_NATIVE,       /* pixel data as an array, data set little endian */
  IC_TS_BIG_ENDIAN,   /* native, everything big endian */
  IC_TS_DEFLATED,     /* native, the whole data set in one deflate stream */
  IC_TS_ENCAPSULATED, /* pixel data in fragments, data set Explicit VR Little Endian */
  IC_TS_REFERENCED,   /* pixel data elsewhere (JPIP) */
  IC_TS_OPAQUE,       /* not in the table */
} IcTransferSyntaxForm;

typedef enum
{
  IC_TS_FAMILY_NONE, /* not compressed, or unknown */
  IC_TS_FAMILY_RLE,
  IC_TS_FAMILY_JPEG,          /* processes 1, 2 and 4, DCT */
  IC_TS_FAMILY_JPEG_LOSSLESS, /* process 14 */
  IC_TS_FAMILY_JPEG_LS,
  IC_TS_FAMILY_JPEG_2000,
  IC_TS_FAMILY_HTJ2K,
  IC_TS_FAMILY_JPEG_XL,
  IC_TS_FAMILY_MPEG2,
  IC_TS_FAMILY_MPEG4, /* H.264 */
  IC_TS_FAMILY_HEVC,
  IC_TS_FAMILY_DEFLATED_FRAMES,
  IC_TS_FAMILY_OTHER, /* retired, SMPTE, JPIP */
} IcTransferSyntaxFamily;

typedef struct
{
  const char *uid;  /* NULL for the opaque one */
  const char *name; /* for people; short */
  IcTransferSyntaxForm form;
  IcTransferSyntaxFamily family;
  gboolean lossy; /* the syntax allows lossy compression; not that this image lost anything */
} IcTransferSyntax;

/* Never NULL: the opaque entry for a UID that is not known, empty or NULL. Not freed. */
const IcTransferSyntax *ic_transfer_syntax_find (const char *uid);

/* All of them but the opaque one. The array is static. */
const IcTransferSyntax *ic_transfer_syntax_list (gsize *n_syntaxes);

/* TRUE when the pixel data are an array that needs no codec: native, big endian or deflated. */
gboolean ic_transfer_syntax_is_native (const IcTransferSyntax *syntax);

G_END_DECLS
