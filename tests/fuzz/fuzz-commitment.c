/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First byte: explicit VR or not; then the data set of a report on storage commitment. */
#include "dicom/shim/ic-shim-commitment.h"
#include "domain/ic-uid.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr(IcCommitmentReport) report = NULL;

  if (size == 0)
    return -1;
  report = ic_commitment_report_parse (data + 1, size - 1, data[0] & 1, NULL);
  for (guint i = 0; report != NULL && i < report->instances->len; i++)
    g_assert_true (
        ic_uid_is_valid (g_array_index (report->instances, IcCommitted, i).sop_instance_uid));
  return 0;
}
