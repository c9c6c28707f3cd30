/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "domain/ic-transfer-syntax.h"

#include <string.h>

#define BASE "1.2.840.10008.1.2"

static const IcTransferSyntax opaque = {
  NULL, "unknown", IC_TS_OPAQUE, IC_TS_FAMILY_NONE, TRUE,
};

#define NATIVE(uid, name, form)                                                                    \
  {                                                                                                \
    BASE uid, name, form, IC_TS_FAMILY_NONE, FALSE                                                 \
  }
#define LOSSLESS(uid, name, family)                                                                \
  {                                                                                                \
    BASE uid, name, IC_TS_ENCAPSULATED, IC_TS_FAMILY_##family, FALSE                               \
  }
#define LOSSY(uid, name, family)                                                                   \
  {                                                                                                \
    BASE uid, name, IC_TS_ENCAPSULATED, IC_TS_FAMILY_##family, TRUE                                \
  }
#define REFERENCED(uid, name)                                                                      \
  {                                                                                                \
    BASE uid, name, IC_TS_REFERENCED, IC_TS_FAMILY_OTHER, TRUE                                     \
  }

static const IcTransferSyntax table[] = {
  NATIVE ("", "Implicit VR Little Endian", IC_TS_NATIVE),
  NATIVE (".1", "Explicit VR Little Endian", IC_TS_NATIVE),
  NATIVE (".1.98", "Encapsulated Uncompressed", IC_TS_ENCAPSULATED),
  NATIVE (".1.99", "Deflated Explicit VR Little Endian", IC_TS_DEFLATED),
  NATIVE (".2", "Explicit VR Big Endian", IC_TS_BIG_ENDIAN),
  LOSSLESS (".5", "RLE Lossless", RLE),
  LOSSY (".4.50", "JPEG Baseline", JPEG),
  LOSSY (".4.51", "JPEG Extended", JPEG),
  LOSSY (".4.52", "JPEG Process 3, 5", OTHER),
  LOSSY (".4.53", "JPEG Process 6, 8", OTHER),
  LOSSY (".4.54", "JPEG Process 7, 9", OTHER),
  LOSSY (".4.55", "JPEG Process 10, 12", OTHER),
  LOSSY (".4.56", "JPEG Process 11, 13", OTHER),
  LOSSLESS (".4.57", "JPEG Lossless", JPEG_LOSSLESS),
  LOSSLESS (".4.58", "JPEG Process 15", OTHER),
  LOSSY (".4.59", "JPEG Process 16, 18", OTHER),
  LOSSY (".4.60", "JPEG Process 17, 19", OTHER),
  LOSSY (".4.61", "JPEG Process 20, 22", OTHER),
  LOSSY (".4.62", "JPEG Process 21, 23", OTHER),
  LOSSY (".4.63", "JPEG Process 24, 26", OTHER),
  LOSSY (".4.64", "JPEG Process 25, 27", OTHER),
  LOSSLESS (".4.65", "JPEG Process 28", OTHER),
  LOSSLESS (".4.66", "JPEG Process 29", OTHER),
  LOSSLESS (".4.70", "JPEG Lossless SV1", JPEG_LOSSLESS),
  LOSSLESS (".4.80", "JPEG-LS Lossless", JPEG_LS),
  LOSSY (".4.81", "JPEG-LS Near-lossless", JPEG_LS),
  LOSSLESS (".4.90", "JPEG 2000 Lossless", JPEG_2000),
  LOSSY (".4.91", "JPEG 2000", JPEG_2000),
  LOSSLESS (".4.92", "JPEG 2000 Part 2 Lossless", JPEG_2000),
  LOSSY (".4.93", "JPEG 2000 Part 2", JPEG_2000),
  REFERENCED (".4.94", "JPIP Referenced"),
  REFERENCED (".4.95", "JPIP Referenced Deflate"),
  LOSSY (".4.100", "MPEG2 Main Level", MPEG2),
  LOSSY (".4.100.1", "MPEG2 Main Level, fragmentable", MPEG2),
  LOSSY (".4.101", "MPEG2 High Level", MPEG2),
  LOSSY (".4.101.1", "MPEG2 High Level, fragmentable", MPEG2),
  LOSSY (".4.102", "H.264 High 4.1", MPEG4),
  LOSSY (".4.102.1", "H.264 High 4.1, fragmentable", MPEG4),
  LOSSY (".4.103", "H.264 High 4.1 BD-compatible", MPEG4),
  LOSSY (".4.103.1", "H.264 High 4.1 BD-compatible, fragmentable", MPEG4),
  LOSSY (".4.104", "H.264 High 4.2 for 2D", MPEG4),
  LOSSY (".4.104.1", "H.264 High 4.2 for 2D, fragmentable", MPEG4),
  LOSSY (".4.105", "H.264 High 4.2 for 3D", MPEG4),
  LOSSY (".4.105.1", "H.264 High 4.2 for 3D, fragmentable", MPEG4),
  LOSSY (".4.106", "H.264 Stereo High 4.2", MPEG4),
  LOSSY (".4.106.1", "H.264 Stereo High 4.2, fragmentable", MPEG4),
  LOSSY (".4.107", "HEVC Main 5.1", HEVC),
  LOSSY (".4.108", "HEVC Main 10 5.1", HEVC),
  LOSSLESS (".4.110", "JPEG XL Lossless", JPEG_XL),
  LOSSY (".4.111", "JPEG XL JPEG Recompression", JPEG_XL),
  LOSSY (".4.112", "JPEG XL", JPEG_XL),
  LOSSLESS (".4.201", "HTJ2K Lossless", HTJ2K),
  LOSSLESS (".4.202", "HTJ2K Lossless RPCL", HTJ2K),
  LOSSY (".4.203", "HTJ2K", HTJ2K),
  REFERENCED (".4.204", "JPIP HTJ2K Referenced"),
  REFERENCED (".4.205", "JPIP HTJ2K Referenced Deflate"),
  LOSSLESS (".7.1", "SMPTE ST 2110-20 Uncompressed Progressive", OTHER),
  LOSSLESS (".7.2", "SMPTE ST 2110-20 Uncompressed Interlaced", OTHER),
  LOSSLESS (".7.3", "SMPTE ST 2110-30 PCM Audio", OTHER),
  LOSSLESS (".8.1", "Deflated Image Frame", DEFLATED_FRAMES),
};

const IcTransferSyntax *
ic_transfer_syntax_find (const char *uid)
{
  for (gsize i = 0; uid != NULL && i < G_N_ELEMENTS (table); i++)
    if (strcmp (table[i].uid, uid) == 0)
      return &table[i];
  return &opaque;
}

const IcTransferSyntax *
ic_transfer_syntax_list (gsize *n_syntaxes)
{
  *n_syntaxes = G_N_ELEMENTS (table);
  return table;
}

gboolean
ic_transfer_syntax_is_native (const IcTransferSyntax *syntax)
{
  return syntax->form == IC_TS_NATIVE || syntax->form == IC_TS_BIG_ENDIAN ||
         syntax->form == IC_TS_DEFLATED;
}
