/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ic-cli.h"

#include "cli/ic-cli-opening.h"
#include "cli/ic-cli-output.h"
#include "domain/ic-uid.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#define STUDY_OPTION "--study"

/* The options that every verb has. */
typedef struct
{
  char *data_dir;
  gboolean json;
  gboolean version;
} Globals;

static void
globals_clear (Globals *self)
{
  g_free (self->data_dir);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Globals, globals_clear)

static void
add_globals (GOptionContext *context, Globals *globals)
{
  const GOptionEntry entries[] = {
    { "data-dir", 0, 0, G_OPTION_ARG_FILENAME, &globals->data_dir,
      N_ ("Where the log and the images are kept (or IC_DATA_DIR)"), N_ ("DIR") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &globals->json, N_ ("Print JSON for other programs"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &globals->version, N_ ("Print the version and end"),
      NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

/* FALSE without an error: the version was asked for. */
static gboolean
take_globals (IcCli *self, Globals *globals)
{
  if (globals->data_dir != NULL)
    {
      g_free (self->data_dir);
      self->data_dir = g_steal_pointer (&globals->data_dir);
    }
  self->json = self->json || globals->json;
  return !globals->version;
}

static GOptionContext *
new_context (IcCli *self)
{
  const char *parameters = self->verb->parameters;
  GOptionContext *context = g_option_context_new (parameters != NULL ? _ (parameters) : NULL);

  g_set_prgname (self->path);
  g_option_context_set_summary (context, _ (self->verb->summary));
  if (self->verb->details != NULL)
    g_option_context_set_description (context, _ (self->verb->details));
  return context;
}

/* "--study A B" becomes "--study A --study B": a word behind a study that is a UID is another one.
 */
static char **
spread_studies (char **argv)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  gboolean in_list = FALSE;

  for (char **word = argv; *word != NULL; word++)
    {
      gboolean is_value = word > argv && g_str_equal (word[-1], STUDY_OPTION);

      if (in_list && ic_uid_is_valid (*word))
        g_strv_builder_add (builder, STUDY_OPTION);
      else
        in_list = is_value || g_str_has_prefix (*word, STUDY_OPTION "=");
      g_strv_builder_add (builder, *word);
    }
  return g_strv_builder_end (builder);
}

static gboolean
check_words (IcCli *self, guint min, guint max, GError **error)
{
  guint n = self->words != NULL ? g_strv_length (self->words) : 0;

  if (n < min)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_USAGE, _ ("%s is missing"),
                   _ (self->verb->parameters));
      return FALSE;
    }
  if (n > max)
    {
      g_set_error (error, IC_ERROR, IC_ERROR_USAGE,
                   _ ("there is a word too many, or a value with spaces needs quotes"));
      return FALSE;
    }
  return TRUE;
}

static gboolean
print_version (void)
{
  ic_cli_print ("courierctl %s\n", IC_VERSION);
  return FALSE;
}

gboolean
ic_cli_parse (IcCli *self,
              const GOptionEntry *entries,
              IcCliKeys *keys,
              guint min,
              guint max,
              GError **error)
{
  g_autoptr(GOptionContext) context = new_context (self);
  g_auto(Globals) globals = { NULL };
  g_auto(GStrv) argv = spread_studies (self->argv);
  const GOptionEntry words[] = {
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->words, NULL, NULL },
    G_OPTION_ENTRY_NULL,
  };

  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  if (keys != NULL)
    ic_cli_keys_add_entries (keys, context);
  add_globals (context, &globals);
  g_option_context_add_main_entries (context, words, NULL);
  if (!g_option_context_parse_strv (context, &argv, error))
    return FALSE;
  if (!take_globals (self, &globals))
    return print_version ();
  if (!check_words (self, min, max, error))
    return FALSE;
  return keys == NULL || ic_cli_keys_resolve (keys, error);
}

static void
set_subject (IcCli *self, const char *subject, gboolean is_phrase)
{
  char *copy = g_strdup (subject);

  g_free (self->subject);
  self->subject = copy;
  self->subject_is_phrase = is_phrase;
}

void
ic_cli_set_subject (IcCli *self, const char *subject)
{
  set_subject (self, subject, FALSE);
}

void
ic_cli_set_topic (IcCli *self, const char *topic)
{
  set_subject (self, topic, TRUE);
}

void
ic_cli_take_sentence (IcCli *self, char *sentence)
{
  g_free (self->sentence);
  self->sentence = sentence;
}

static const char *
find_data_dir (IcCli *self)
{
  const char *path = self->data_dir != NULL ? self->data_dir : g_getenv ("IC_DATA_DIR");

  return path != NULL && *path != '\0' ? path : NULL;
}

static void
warn_of_read_only (IcDesk *desk)
{
  const GError *reason = ic_store_get_read_only_reason (ic_desk_get_store (desk));

  if (reason != NULL)
    ic_cli_print_error (_ ("The log can only be read (%s).\n"), reason->message);
}

IcDesk *
ic_cli_ensure_desk (IcCli *self, GError **error)
{
  const char *path = find_data_dir (self);

  if (self->desk != NULL)
    return self->desk;
  set_subject (self, path != NULL ? path : _ ("the data directory"), path == NULL);
  self->desk = ic_cli_open_desk (path, error);
  if (self->desk != NULL)
    warn_of_read_only (self->desk);
  return self->desk;
}

IcNode *
ic_cli_find_node (IcCli *self, const char *name, GError **error)
{
  IcDesk *desk = ic_cli_ensure_desk (self, error);
  g_autoptr(IcNode) node = NULL;

  if (desk == NULL)
    return NULL;
  ic_cli_set_subject (self, name);
  g_free (self->node_name);
  self->node_name = g_strdup (name);
  node = ic_desk_find_node (desk, name, error);
  if (node == NULL)
    return NULL;
  g_free (self->our_aet);
  self->our_aet = ic_desk_dup_calling_aet (desk, node, error);
  return self->our_aet != NULL ? g_steal_pointer (&node) : NULL;
}

gboolean
ic_cli_read (IcCli *self, IcReadFunc func, gpointer data, GError **error)
{
  IcDesk *desk = ic_cli_ensure_desk (self, error);

  return desk != NULL && ic_store_read (ic_desk_get_store (desk), func, data, error);
}

gboolean
ic_cli_write (IcCli *self, IcWriteFunc func, gpointer data, GError **error)
{
  IcDesk *desk = ic_cli_ensure_desk (self, error);

  return desk != NULL && ic_store_write (ic_desk_get_store (desk), func, data, error);
}

static const IcCliVerb *
find_child (const IcCliVerb *group, const char *name)
{
  for (const IcCliVerb *child = group->children; child->name != NULL; child++)
    if (g_str_equal (child->name, name))
      return child;
  return NULL;
}

static char *
dup_list_of_children (const IcCliVerb *group)
{
  g_autoptr(GString) list = g_string_new (_ ("Verbs (each has its own --help):"));

  for (const IcCliVerb *child = group->children; child->name != NULL; child++)
    g_string_append_printf (list, "\n  %-10s %s", child->name, _ (child->summary));
  if (group->details != NULL)
    g_string_append_printf (list, "\n\n%s", _ (group->details));
  return g_string_free (g_steal_pointer (&list), FALSE);
}

/* Reads the options before the next verb only: what follows belongs to the verb. */
static gboolean
parse_group (IcCli *self, GError **error)
{
  g_autoptr(GOptionContext) context = new_context (self);
  g_autofree char *list = dup_list_of_children (self->verb);
  g_auto(Globals) globals = { NULL };

  g_option_context_set_description (context, list);
  g_option_context_set_strict_posix (context, TRUE);
  g_option_context_set_ignore_unknown_options (context, self->verb->children->is_default);
  add_globals (context, &globals);
  if (!g_option_context_parse_strv (context, &self->argv, error))
    return FALSE;
  return take_globals (self, &globals) || print_version ();
}

static void
enter_child (IcCli *self, const IcCliVerb *child, gboolean is_named)
{
  char *path = g_strdup_printf ("%s %s", self->path, child->name);

  g_free (self->path);
  self->path = path;
  self->verb = child;
  if (is_named)
    {
      g_free (self->argv[1]);
      memmove (self->argv + 1, self->argv + 2, g_strv_length (self->argv + 1) * sizeof (char *));
    }
}

static gboolean
fail_verb (const char *word, GError **error)
{
  if (word != NULL)
    g_set_error (error, IC_ERROR, IC_ERROR_USAGE, _ ("there is no verb '%s'"), word);
  else
    g_set_error_literal (error, IC_ERROR, IC_ERROR_USAGE, _ ("a verb is missing"));
  return FALSE;
}

/* Goes down to the verb and runs it. */
static gboolean
run_group (IcCli *self, GError **error)
{
  const char *word = NULL;
  const IcCliVerb *child = NULL;

  if (!parse_group (self, error))
    return FALSE;
  word = self->argv[1];
  if (word != NULL && *word != '-')
    child = find_child (self->verb, word);
  if (child == NULL && self->verb->children->is_default && (word == NULL || *word == '-'))
    {
      enter_child (self, self->verb->children, FALSE);
      return self->verb->run (self, error);
    }
  if (child == NULL)
    return fail_verb (word, error);
  enter_child (self, child, TRUE);
  return child->children != NULL ? run_group (self, error) : child->run (self, error);
}

static gboolean
check_encoding (char **argv, GError **error)
{
  for (guint i = 1; argv[i] != NULL; i++)
    if (!g_utf8_validate (argv[i], -1, NULL))
      {
        g_set_error (error, IC_ERROR, IC_ERROR_USAGE, _ ("word %u is not text in UTF-8"), i);
        return FALSE;
      }
  return TRUE;
}

/* What a node did is said of the node, whatever was to be done with its answer. */
char *
ic_cli_dup_sentence (IcCli *self, const GError *error)
{
  gboolean is_of_node = self->node_name != NULL && ic_error_words_is_of_node (error);
  const IcErrorContext context = {
    .subject = is_of_node ? self->node_name : self->subject,
    .subject_is_phrase = !is_of_node && self->subject_is_phrase,
    .our_aet = self->our_aet,
    .help = self->path,
  };

  if (self->sentence != NULL)
    return g_strdup (self->sentence);
  return ic_error_words_dup_sentence (error, &context);
}

static IcExit
finish (IcCli *self, const GError *error)
{
  IcExit exit_code = error != NULL ? ic_cli_error_get_exit (error) : self->exit_code;
  g_autofree char *sentence = NULL;

  if (error != NULL)
    {
      sentence = ic_cli_dup_sentence (self, error);
      ic_cli_print_error ("%s\n", sentence);
    }
  errno = 0;
  if ((fflush (stdout) != 0 || ferror (stdout)) && exit_code == IC_EXIT_SUCCEEDED)
    {
      if (errno != EPIPE)
        ic_cli_print_error (_ ("The output could not be written (%s): what is there is not all.\n"),
                            g_strerror (errno));
      exit_code = IC_EXIT_FAILED;
    }
  return exit_code;
}

static void
clear (IcCli *self)
{
  g_free (self->path);
  g_strfreev (self->argv);
  g_strfreev (self->words);
  g_free (self->data_dir);
  g_clear_pointer (&self->desk, ic_desk_unref);
  g_free (self->subject);
  g_free (self->our_aet);
  g_free (self->node_name);
  g_free (self->sentence);
}

IcExit
ic_cli_main (const IcCliVerb *root, char **argv)
{
  IcCli self = { .verb = root, .path = g_strdup (root->name), .argv = g_strdupv (argv) };
  g_autoptr(GError) error = NULL;
  IcExit exit_code = IC_EXIT_SUCCEEDED;

  if (check_encoding (argv, &error))
    run_group (&self, &error);
  exit_code = finish (&self, error);
  clear (&self);
  return exit_code;
}
