/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim.h"

#include "dicom/shim/ic-shim-charset.h"
#include "dicom/shim/ic-shim-private.hh"

#include <dcmtk/dcmdata/dcdict.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/oflog/oflog.h>

static void
fold_lines (char *text)
{
  for (char *c = text; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  g_strchomp (text);
}

/* Files from other places: wrong group lengths in the meta header, item and sequence delimiters
 * taken for each other.
 */
static void
forgive_common_faults (void)
{
  dcmIgnoreFileMetaInformationGroupLength.set (OFTrue);
  dcmReplaceWrongDelimitationItem.set (OFTrue);
}

bool
ic_shim_set_condition (GError **error, IcErrorCode code, const char *what, const OFCondition &cond)
{
  g_autofree char *text = g_utf8_make_valid (cond.text (), -1);

  fold_lines (text);
  g_set_error (error, IC_ERROR, code, "%s: %s", what, text);
  return false;
}

gboolean
ic_shim_init_without_dictionary (GError **error)
{
  return ic_shim_guard (error, FALSE, [&] () -> gboolean {
    OFLog::configure (OFLogger::OFF_LOG_LEVEL);
    forgive_common_faults ();
    return ic_charset_init (error);
  });
}

gboolean
ic_shim_init (GError **error)
{
  return ic_shim_guard (error, FALSE, [&] () -> gboolean {
    if (!ic_shim_init_without_dictionary (error))
      return FALSE;
    if (dcmDataDict.isDictionaryLoaded ())
      return TRUE;
    g_set_error_literal (error, IC_ERROR, IC_ERROR_INTERNAL, "the DICOM dictionary was not found");
    return FALSE;
  });
}
