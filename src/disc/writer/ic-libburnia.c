/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disc/writer/ic-libburnia.h"

#include "core/ic-error.h"

/* libraries take char * where they mean const char * */
#define TEXT(literal) ((char[]){ literal })

#define SEVERITY_SIZE 80

static gboolean
start_libisofs (void)
{
  return iso_init () >= 0 &&
         iso_set_msgs_severities (TEXT ("SORRY"), TEXT ("NEVER"), TEXT ("")) > 0 &&
         iso_set_abort_severity (TEXT ("SORRY")) >= 0;
}

gboolean
ic_libisofs_ensure (GError **error)
{
  static gsize state = 0;

  if (g_once_init_enter (&state))
    g_once_init_leave (&state, start_libisofs () ? 1 : 2);
  if (state != 1)
    g_set_error (error, IC_ERROR, IC_ERROR_INTERNAL, "libisofs does not start");
  return state == 1;
}

gboolean
ic_libisofs_check_messages (int code, GError **error)
{
  g_autofree char *text = g_malloc0 (ISO_MSGS_MESSAGE_LEN);
  char severity[SEVERITY_SIZE] = "";
  int number = 0, image = 0;
  gboolean good = TRUE;

  while (iso_obtain_msgs (TEXT ("SORRY"), &number, &image, text, severity) == 1)
    if (good)
      {
        g_set_error (error, IC_ERROR, code, "libisofs %08x: %s", (guint) number, text);
        good = FALSE;
      }
  return good;
}

void
ic_libburn_silence (void)
{
  burn_msgs_set_severities (TEXT ("SORRY"), TEXT ("NEVER"), TEXT (""));
}

static void
set_libburn_error (int code, int number, int saved_errno, const char *text, GError **error)
{
  g_autofree char *what = g_strdup_printf ("libburn %08x: %s", (guint) number, text);

  if (saved_errno != 0)
    ic_error_set_errno (error, code, saved_errno, what);
  else
    g_set_error (error, IC_ERROR, code, "%s", what);
}

gboolean
ic_libburn_check_messages (int code, gboolean grave_only, GError **error)
{
  g_autofree char *text = g_malloc0 (BURN_MSGS_MESSAGE_LEN);
  char severity[SEVERITY_SIZE] = "";
  char grave[] = "FAILURE";
  char any[] = "SORRY";
  int number = 0, saved_errno = 0;
  gboolean good = TRUE;

  while (burn_msgs_obtain (grave_only ? grave : any, &number, text, &saved_errno, severity) == 1)
    if (good)
      {
        set_libburn_error (code, number, saved_errno, text, error);
        good = FALSE;
      }
  return good;
}
