/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ic-error.h"

#include <errno.h>

static void
test_full_disk_is_no_space_whatever_the_caller_suggests (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (ic_error_set_errno (&error, IC_ERROR_WRITE_FAILED, ENOSPC, "failed to write"));
  g_assert_error (error, IC_ERROR, IC_ERROR_NO_SPACE);
  g_assert_true (g_str_has_prefix (error->message, "failed to write: "));
}

static void
test_missing_file_is_not_found_only_where_the_caller_says_so (void)
{
  g_autoptr(GError) internal = NULL;
  g_autoptr(GError) named = NULL;

  ic_error_set_errno (&internal, IC_ERROR_READ_FAILED, ENOENT, "failed to open");
  g_assert_error (internal, IC_ERROR, IC_ERROR_READ_FAILED);
  ic_error_set_errno (&named, IC_ERROR_NOT_FOUND, ENOENT, "failed to open");
  g_assert_error (named, IC_ERROR, IC_ERROR_NOT_FOUND);
}

static void
test_code_survives_the_wire (void)
{
  g_autoptr(GError) error = g_error_new_literal (IC_ERROR, IC_ERROR_NODE_REJECTED, "no");
  g_autofree char *name = g_dbus_error_encode_gerror (error);
  g_autoptr(GError) decoded = g_dbus_error_new_for_dbus_error (name, "no");

  g_assert_cmpstr (name, ==, "org.imagingcourier.Error.NodeRejected");
  g_assert_error (decoded, IC_ERROR, IC_ERROR_NODE_REJECTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error/no-space", test_full_disk_is_no_space_whatever_the_caller_suggests);
  g_test_add_func ("/error/missing", test_missing_file_is_not_found_only_where_the_caller_says_so);
  g_test_add_func ("/error/wire", test_code_survives_the_wire);
  return g_test_run ();
}
