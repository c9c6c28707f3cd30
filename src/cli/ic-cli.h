/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every verb of courierctl is handed, and how a command line finds its verb. A verb reads its
 * own words with ic_cli_parse(), says what it works on, does it, prints to standard output, and
 * fails with an error of which ic-cli-error.h makes the sentence and the exit code.
 */
#pragma once

#include "cli/ic-cli-error.h"
#include "cli/ic-cli-keys.h"
#include "ops/ic-desk.h"

G_BEGIN_DECLS

typedef struct _IcCli IcCli;
typedef struct _IcCliVerb IcCliVerb;

struct _IcCliVerb
{
  const char *name;       /* NULL ends an array */
  const char *parameters; /* "NAME", for the usage line; NULL for none */
  const char *summary;
  const char *details; /* what --help says below the options: an example; NULL for none */
  gboolean (*run) (IcCli *cli, GError **error);
  const IcCliVerb *children; /* of a group, which has no @run; the first runs if it @is_default */
  gboolean is_default;
};

struct _IcCli
{
  const IcCliVerb *verb;
  char *path;   /* "courierctl node add", as in usage lines */
  char **argv;  /* the program, then what follows the verb */
  char **words; /* what is left of it without the options, after ic_cli_parse() */
  char *data_dir;
  gboolean json;
  IcDesk *desk;
  gboolean subject_is_phrase;
  char *subject;    /* see ic_error_words_dup_sentence() */
  char *node_name;  /* the subject of errors of a node */
  char *our_aet;    /* how we called ourselves to it */
  char *sentence;   /* says of a failure more than its error can */
  IcExit exit_code; /* where there is no error */
};

/* Runs the verb that @argv names below @root and prints what goes wrong. Answers the exit code. */
IcExit ic_cli_main (const IcCliVerb *root, char **argv);

/* Reads the options of the verb (@entries, ended by a NULL name, and @keys, either may be NULL)
 * wherever they stand, and leaves @min to @max other words in @self->words. "--study A B C" is read
 * as three options. IC_ERROR_USAGE or G_OPTION_ERROR.
 */
gboolean ic_cli_parse (IcCli *self,
                       const GOptionEntry *entries,
                       IcCliKeys *keys,
                       guint min,
                       guint max,
                       GError **error);

/* What the verb works on from now on: the name of a node, a path, a transfer. No patient data. */
void ic_cli_set_subject (IcCli *self, const char *subject);

/* The same in our own words: "the log". */
void ic_cli_set_topic (IcCli *self, const char *topic);

/* Takes @sentence, which is printed for whatever goes wrong from now on. */
void ic_cli_take_sentence (IcCli *self, char *sentence);

/* @error as people read it, for what the verb works on now; free with g_free(). */
char *ic_cli_dup_sentence (IcCli *self, const GError *error);

/* The desk, opened at the first call; borrowed. */
IcDesk *ic_cli_ensure_desk (IcCli *self, GError **error);

/* The node called @name, which becomes the subject. */
IcNode *ic_cli_find_node (IcCli *self, const char *name, GError **error);

/* Reads or writes the log and the store, opening the desk where needed. */
gboolean ic_cli_read (IcCli *self, IcReadFunc func, gpointer data, GError **error);
gboolean ic_cli_write (IcCli *self, IcWriteFunc func, gpointer data, GError **error);

G_END_DECLS
