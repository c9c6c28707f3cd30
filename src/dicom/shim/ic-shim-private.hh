/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the .cc files of the shim share: one guard that keeps exceptions in, one converter from
 * OFCondition to GError.
 */
#pragma once

#include "core/ic-error.h"

#include <exception>
#include <new>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/ofstd/ofcond.h>

/* Sets @error from @cond with @code and "@what: text of DCMTK" folded to one line. False always. */
bool ic_shim_set_condition (GError **error,
                            IcErrorCode code,
                            const char *what,
                            const OFCondition &cond);

/* Runs @body; what it throws becomes an IC_ERROR and @failed is returned. */
template <typename Result, typename Body>
Result
ic_shim_guard (GError **error, Result failed, Body body) noexcept
{
  try
    {
      return body ();
    }
  catch (const std::bad_alloc &)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_BAD_DATA,
                           "more memory asked for than allowed");
    }
  catch (const std::exception &)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_INTERNAL, "unexpected exception");
    }
  catch (...)
    {
      g_set_error_literal (error, IC_ERROR, IC_ERROR_INTERNAL, "unknown exception");
    }
  return failed;
}
