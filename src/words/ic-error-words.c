/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "words/ic-error-words.h"

#include "words/ic-words.h"

#include <glib/gi18n.h>
#include <string.h>

static const struct
{
  IcErrorCode code;
  const char *advice;
} advices[] = {
  { IC_ERROR_INTERNAL, N_ ("try again, and report it if it stays") },
  { IC_ERROR_BAD_DATA, N_ ("tell whoever made it, and leave it out until then") },
  { IC_ERROR_UNSUPPORTED, N_ ("there is nothing to try here") },
  { IC_ERROR_NOT_FOUND, N_ ("check how it is written") },
  { IC_ERROR_CONFLICT, N_ ("choose another name or remove it first") },
  { IC_ERROR_REFUSED, N_ ("check patient, recipient, images and output before you go on") },
  { IC_ERROR_INCOMPLETE, N_ ("try again, and ask whoever runs the source if images stay away") },
  { IC_ERROR_NODE_UNREACHABLE, N_ ("check that it runs, and the host and port entered for it") },
  { IC_ERROR_NODE_REJECTED, N_ ("check the AE titles on both sides with whoever runs it") },
  { IC_ERROR_NODE_ABORTED, N_ ("try again, and ask whoever runs it to look into its log") },
  { IC_ERROR_NODE_FAILED, N_ ("ask whoever runs it to look into its log") },
  { IC_ERROR_TIMED_OUT, N_ ("try again, and check that it is not overloaded") },
  { IC_ERROR_TLS, N_ ("check the certificates of both sides, and those entered for the node") },
  { IC_ERROR_NO_SPACE, N_ ("make room and try again") },
  { IC_ERROR_MEDIUM_UNSUITABLE, N_ ("use another, empty medium") },
  { IC_ERROR_WRITE_FAILED, N_ ("check that it may be written, or use another one") },
  { IC_ERROR_READ_FAILED, N_ ("check that it may be read and is not damaged") },
  { IC_ERROR_BUSY, N_ ("wait until the other program has finished, then try again") },
  { IC_ERROR_WORKER_DIED, N_ ("try again, and report it if it stays") },
  { IC_ERROR_STORE_DAMAGED,
    N_ ("change nothing, keep a copy of the data directory and restore a backup") },
};

static gboolean
is_usage (const GError *error)
{
  return error->domain == G_OPTION_ERROR || g_error_matches (error, IC_ERROR, IC_ERROR_USAGE);
}

gboolean
ic_error_words_is_of_node (const GError *error)
{
  return error->domain == IC_ERROR && error->code >= IC_ERROR_NODE_UNREACHABLE &&
         error->code <= IC_ERROR_TLS;
}

/* The shim says "calling AE title not recognized" in the words of PS3.8 9.3.4. */
static char *
dup_rejection (const char *subject, const char *our_aet, const char *message)
{
  g_autofree char *folded = g_ascii_strdown (message, -1);

  if (our_aet != NULL && strstr (folded, "calling ae") != NULL)
    return g_strdup_printf (_ ("%s answers, but does not know us as %s"), subject, our_aet);
  if (strstr (folded, "called ae") != NULL)
    return g_strdup_printf (_ ("%s answers, but not to the AE title we call it by"), subject);
  return g_strdup_printf (_ ("%s answers, but turns us away"), subject);
}

static char *
dup_node_event (IcErrorCode code, const char *subject, const char *our_aet, const char *message)
{
  switch (code)
    {
    case IC_ERROR_NODE_UNREACHABLE:
      return g_strdup_printf (_ ("%s cannot be reached"), subject);
    case IC_ERROR_NODE_REJECTED:
      return dup_rejection (subject, our_aet, message);
    case IC_ERROR_NODE_ABORTED:
      return g_strdup_printf (_ ("%s ended the connection half-way"), subject);
    case IC_ERROR_NODE_FAILED:
      return g_strdup_printf (_ ("%s could not do what it was asked for"), subject);
    case IC_ERROR_TIMED_OUT:
      return g_strdup_printf (_ ("%s did not answer in time"), subject);
    case IC_ERROR_TLS:
      return g_strdup_printf (_ ("No secure connection to %s came about"), subject);
    default:
      return NULL;
    }
}

static char *
dup_event (IcErrorCode code, const char *subject)
{
  switch (code)
    {
    case IC_ERROR_BAD_DATA:
      return g_strdup_printf (_ ("%s holds data that make no sense"), subject);
    case IC_ERROR_UNSUPPORTED:
      return g_strdup_printf (_ ("%s needs something that is not there"), subject);
    case IC_ERROR_NOT_FOUND:
      return g_strdup_printf (_ ("%s was not found"), subject);
    case IC_ERROR_CONFLICT:
      return g_strdup_printf (_ ("%s is there already, or was changed meanwhile"), subject);
    case IC_ERROR_REFUSED:
      return g_strdup_printf (_ ("A safety rule stopped %s"), subject);
    case IC_ERROR_INCOMPLETE:
      return g_strdup_printf (_ ("Images of %s are missing"), subject);
    case IC_ERROR_NO_SPACE:
      return g_strdup_printf (_ ("There is no room left for %s"), subject);
    case IC_ERROR_MEDIUM_UNSUITABLE:
      return g_strdup_printf (_ ("%s cannot be used as a medium"), subject);
    case IC_ERROR_WRITE_FAILED:
      return g_strdup_printf (_ ("%s could not be written"), subject);
    case IC_ERROR_READ_FAILED:
      return g_strdup_printf (_ ("%s could not be read"), subject);
    case IC_ERROR_BUSY:
      return g_strdup_printf (_ ("Somebody else is using %s"), subject);
    case IC_ERROR_WORKER_DIED:
      return g_strdup_printf (_ ("A helper program stopped while working on %s"), subject);
    case IC_ERROR_STORE_DAMAGED:
      return g_strdup_printf (_ ("%s is damaged"), subject);
    default:
      return g_strdup_printf (_ ("Something went wrong with %s"), subject);
    }
}

/* A node that is full now may take us later, whatever its AE titles (PS3.8 9.3.4). */
static gboolean
is_transient (IcErrorCode code, const char *message)
{
  return code == IC_ERROR_NODE_REJECTED && (strstr (message, "too many associations") != NULL ||
                                            strstr (message, "congested") != NULL);
}

/* It is no node's fault when the listener does not get its port. */
static gboolean
is_about_our_port (IcErrorCode code, const char *message)
{
  return (code == IC_ERROR_BUSY || code == IC_ERROR_CONFLICT) &&
         (g_str_has_prefix (message, "port ") ||
          g_str_has_prefix (message, "this machine has no address") ||
          g_str_has_prefix (message, "this account may not use port"));
}

/* Nor when it has no certificate that can be used. */
static gboolean
is_about_our_listener (IcErrorCode code, const char *message)
{
  return code == IC_ERROR_TLS && g_str_has_prefix (message, "the listener: ");
}

static const char *
find_advice (IcErrorCode code, const char *message)
{
  if (is_about_our_port (code, message))
    return _ ("end that program, or choose another one in the settings and have it entered "
              "at the nodes that send here");
  if (is_about_our_listener (code, message))
    return _ ("check certificate and private key in the settings, or let its images come by "
              "C-GET");
  if (code == IC_ERROR_NODE_UNREACHABLE && strstr (message, "refused") != NULL)
    return _ ("its machine answers, but no program listens there; check the port, and that it "
              "runs");
  if (code == IC_ERROR_NODE_UNREACHABLE && g_str_has_suffix (message, "is unknown"))
    return _ ("nobody knows its host name; check how it is written");
  if (is_transient (code, message))
    return _ ("wait a little and try again");
  for (guint i = 0; i < G_N_ELEMENTS (advices); i++)
    if (advices[i].code == code)
      return _ (advices[i].advice);
  return _ (advices[0].advice);
}

static char *
dup_capitalised (const char *text)
{
  g_autoptr(GString) sentence = g_string_new (NULL);

  if (*text == '\0')
    return g_strdup ("");
  g_string_append_unichar (sentence, g_unichar_toupper (g_utf8_get_char (text)));
  g_string_append (sentence, g_utf8_next_char (text));
  return g_string_free (g_steal_pointer (&sentence), FALSE);
}

/* GOption quotes the whole word it does not know, which may carry somebody's name. */
static char *
dup_usage (const GError *error, const char *help)
{
  g_autofree char *message = ic_words_dup_printable (error->message);
  g_autofree char *sentence = NULL;

  if (g_error_matches (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION) &&
      strchr (message, '=') != NULL)
    *strchr (message, '=') = '\0';
  sentence = dup_capitalised (message);
  if (help == NULL)
    return g_strdup_printf (_ ("%s."), sentence);
  return g_strdup_printf (_ ("%s; see '%s --help'."), sentence, help);
}

static char *
dup_cancelled (const char *subject)
{
  if (subject == NULL)
    return g_strdup (_ ("Stopped as asked; start again when you are ready."));
  return g_strdup_printf (
      _ ("Stopped as asked while working on %s; start again when you are ready."), subject);
}

static char *
dup_failure (const GError *error, const char *item, const IcErrorContext *context)
{
  IcErrorCode code = error->domain == IC_ERROR ? (IcErrorCode) error->code : IC_ERROR_INTERNAL;
  g_autofree char *message = ic_words_dup_printable (error->message);
  g_autofree char *what = NULL;
  g_autofree char *sentence = NULL;

  if (is_about_our_port (code, message) || is_about_our_listener (code, message))
    what = g_strdup_printf (_ ("%s cannot send images here"), item);
  if (what == NULL)
    what = dup_node_event (code, item, context->our_aet, message);
  if (what == NULL)
    what = dup_event (code, item);
  if (context->is_plain)
    /* Translators: what happened: what to do next. */
    sentence = g_strdup_printf (C_ ("failure", "%s: %s."), what, find_advice (code, message));
  else
    /* Translators: what happened (technical text): what to do next. */
    sentence = g_strdup_printf (_ ("%s (%s): %s."), what, message, find_advice (code, message));
  return context->subject_is_phrase ? dup_capitalised (sentence) : g_steal_pointer (&sentence);
}

char *
ic_error_words_dup_sentence (const GError *error, const IcErrorContext *context)
{
  g_autofree char *item =
      context->subject != NULL ? ic_words_dup_printable (context->subject) : NULL;

  if (is_usage (error))
    return dup_usage (error, context->help);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return dup_cancelled (item);
  if (item == NULL)
    item = g_strdup (_ ("This task"));
  return dup_failure (error, item, context);
}
