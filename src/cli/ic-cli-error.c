/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ic-cli-error.h"

#include "ops/ic-intake.h"

#include <glib/gi18n.h>
#include <string.h>

IcExit
ic_cli_error_get_exit (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return IC_EXIT_CANCELLED;
  if (error->domain == G_OPTION_ERROR || g_error_matches (error, IC_ERROR, IC_ERROR_USAGE))
    return IC_EXIT_USAGE;
  if (g_error_matches (error, IC_ERROR, IC_ERROR_REFUSED))
    return IC_EXIT_REFUSED;
  if (g_error_matches (error, IC_ERROR, IC_ERROR_INCOMPLETE))
    return IC_EXIT_NOT_PROVED;
  return IC_EXIT_FAILED;
}

IcExit
ic_cli_exit_for_state (IcTransferState state)
{
  switch (state)
    {
    case IC_TRANSFER_SUCCEEDED:
      return IC_EXIT_SUCCEEDED;
    case IC_TRANSFER_INCOMPLETE:
    case IC_TRANSFER_UNPROVEN:
      return IC_EXIT_NOT_PROVED;
    case IC_TRANSFER_CANCELLED:
      return IC_EXIT_CANCELLED;
    case IC_TRANSFER_REFUSED:
      return IC_EXIT_REFUSED;
    case IC_TRANSFER_RUNNING:
    case IC_TRANSFER_FAILED:
    default:
      return IC_EXIT_FAILED;
    }
}

IcTransferState
ic_cli_error_get_state (const GError *error)
{
  switch (ic_cli_error_get_exit (error))
    {
    case IC_EXIT_CANCELLED:
      return IC_TRANSFER_CANCELLED;
    case IC_EXIT_REFUSED:
      return IC_TRANSFER_REFUSED;
    case IC_EXIT_NOT_PROVED:
      return IC_TRANSFER_INCOMPLETE;
    case IC_EXIT_SUCCEEDED:
    case IC_EXIT_FAILED:
    case IC_EXIT_USAGE:
    default:
      return IC_TRANSFER_FAILED;
    }
}

static char *
dup_incomplete (IcTransfer *transfer, const char *number)
{
  if (strstr (transfer->remark, IC_INTAKE_HERE_OTHERWISE) != NULL)
    return g_strdup_printf (_ ("%s is incomplete: images of it are here under another patient, "
                               "study or series; if the source has corrected that, use "
                               "'courierctl studies remove --study UID' and try again."),
                            number);
  if (transfer->direction == IC_DIRECTION_OUT && transfer->route == IC_ROUTE_NODE)
    return g_strdup_printf (_ ("%s is incomplete: see 'courierctl log show %s' for the images that "
                               "%s did not take or does not have, and send again."),
                            number, number, transfer->output);
  return g_strdup_printf (_ ("%s is incomplete: try again, ask whoever runs the source if "
                             "images stay away, and do not hand it out as complete."),
                          number);
}

static char *
dup_not_proved (IcTransfer *transfer, const char *number)
{
  if (transfer->direction == IC_DIRECTION_OUT && transfer->route == IC_ROUTE_NODE &&
      transfer->read_back == IC_READ_BACK_NONE)
    return g_strdup_printf (_ ("%s is not proved: %s does not say which of the images it has; have "
                               "somebody there compare their number."),
                            number, transfer->output);
  return g_strdup_printf (_ ("%s is not proved: have somebody compare the number of images "
                             "with the source, and tell the recipient."),
                          number);
}

char *
ic_cli_transfer_dup_sentence (IcTransfer *transfer)
{
  g_autofree char *number =
      transfer->id > 0 ? ic_transfer_dup_number (transfer->id) : g_strdup (_ ("This transfer"));

  switch (transfer->state)
    {
    case IC_TRANSFER_INCOMPLETE:
      return dup_incomplete (transfer, number);
    case IC_TRANSFER_UNPROVEN:
      return dup_not_proved (transfer, number);
    case IC_TRANSFER_RUNNING:
    case IC_TRANSFER_FAILED:
      return g_strdup_printf (_ ("%s failed: see 'courierctl log show' and try again."), number);
    case IC_TRANSFER_CANCELLED:
      return g_strdup_printf (_ ("%s was stopped as asked: start again when you are ready."),
                              number);
    case IC_TRANSFER_REFUSED:
      return g_strdup_printf (_ ("A safety rule stopped %s: check patient, recipient, images and "
                                 "output before you go on."),
                              number);
    case IC_TRANSFER_SUCCEEDED:
    default:
      return NULL;
    }
}
