/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom/shim/ic-shim-status.h"

#include "core/ic-error.h"

namespace
{

struct Meaning
{
  guint16 mask;
  guint16 status;
  const char *text;
};

/* The first that fits; exact codes before their families. */
const Meaning meanings[] = {
  { 0xffff, 0x0000, "success" },
  { 0xffff, 0x0105, "no such attribute" },
  { 0xffff, 0x0106, "invalid attribute value" },
  { 0xffff, 0x0107, "attribute list error" },
  { 0xffff, 0x0110, "processing failure" },
  { 0xffff, 0x0111, "duplicate SOP instance" },
  { 0xffff, 0x0112, "no such object" },
  { 0xffff, 0x0117, "invalid object instance" },
  { 0xffff, 0x0118, "no such SOP class" },
  { 0xffff, 0x0120, "missing attribute" },
  { 0xffff, 0x0121, "missing attribute value" },
  { 0xffff, 0x0122, "SOP class not supported" },
  { 0xffff, 0x0124, "not authorised" },
  { 0xffff, 0x0210, "duplicate invocation" },
  { 0xffff, 0x0211, "operation not recognised" },
  { 0xffff, 0x0212, "mistyped argument" },
  { 0xffff, 0x0213, "resource limitation" },
  { 0xffff, 0xa701, "out of resources, cannot count the matches" },
  { 0xffff, 0xa702, "out of resources, cannot send the images" },
  { 0xff00, 0xa700, "out of resources" },
  { 0xffff, 0xa801, "move destination unknown" },
  { 0xff00, 0xa900, "the identifier does not fit the SOP class" },
  { 0xff00, 0xaa00, "frames cannot be extracted" },
  { 0xffff, 0xb000, "some images failed" },
  { 0xf000, 0xb000, "done with a warning" },
  { 0xffff, 0x0001, "done with a warning" },
  { 0xf000, 0xc000, "unable to process" },
  { 0xffff, 0xfe00, "cancelled" },
  { 0xfffe, 0xff00, "pending" },
};

} // namespace

IcStatusKind
ic_status_classify (guint16 status)
{
  if (status == 0x0000)
    return IC_STATUS_SUCCESS;
  if (status == 0xff00 || status == 0xff01)
    return IC_STATUS_PENDING;
  if (status == 0xfe00)
    return IC_STATUS_CANCELLED;
  if ((status & 0xf000) == 0xb000 || status == 0x0001 || status == 0x0107 || status == 0x0116)
    return IC_STATUS_WARNING;
  return IC_STATUS_FAILURE;
}

const char *
ic_status_describe (guint16 status)
{
  for (const Meaning &meaning : meanings)
    if ((status & meaning.mask) == meaning.status)
      return meaning.text;
  return "unknown status";
}

gboolean
ic_status_set_error (GError **error, const char *node, const char *verb, guint16 status)
{
  g_set_error (error, IC_ERROR, IC_ERROR_NODE_FAILED, "%s answered %s with status 0x%04x: %s", node,
               verb, status, ic_status_describe (status));
  return FALSE;
}
