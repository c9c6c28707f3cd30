/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers, and questions, with one record for each of very many files: they flow through a pipe
 * beside the call, so that neither end ever holds all of them, and who writes waits for who reads.
 * A record is a fixed number of texts, each ended by a NUL. What is the library's lives in the
 * thread that waits for the call, in its default main context; what is the worker's in a job's
 * thread.
 */
#pragma once

#include "wire/ic-worker.h"

#include <gio/gunixfdlist.h>

G_BEGIN_DECLS

#define IC_WIRE_FIELD_MAX (64 * 1024) /* bytes of one text */

/* In the worker: */
typedef struct _IcWireRecordWriter IcWireRecordWriter;

/* @fd stays the caller's. */
IcWireRecordWriter *ic_wire_record_writer_new (int fd);
void ic_wire_record_writer_free (IcWireRecordWriter *self);

/* @fields: as many as the reader expects. Blocks while the pipe is full; IC_ERROR_INTERNAL when
 * nobody reads it any more.
 */
gboolean ic_wire_record_writer_add (IcWireRecordWriter *self,
                                    const char *const *fields,
                                    guint n_fields,
                                    GError **error);

/* To be called before the call is answered, which tells *@count. */
gboolean ic_wire_record_writer_finish (IcWireRecordWriter *self, guint64 *count, GError **error);

/* Reads records of @n_fields texts from @fd to its end, of any bytes but NUL and borrowed for the
 * call. FALSE when @func says so, or with IC_ERROR_INTERNAL when the last one is not whole.
 */
typedef gboolean (*IcWireTakeFunc) (const char *const *fields, gpointer user_data, GError **error);
gboolean ic_wire_records_take (int fd,
                               guint n_fields,
                               IcWireTakeFunc func,
                               gpointer user_data,
                               GError **error);

/* In the library: */
typedef struct _IcWireRecordReader IcWireRecordReader;

/* @fields are valid UTF-8 and borrowed for the call. */
typedef void (*IcWireRecordFunc) (const char *const *fields, gpointer user_data);

/* Reads from now on whenever the context is iterated. A worker that sends nonsense is killed. */
IcWireRecordReader *ic_wire_record_reader_new (IcWorker *worker,
                                               guint n_fields,
                                               IcWireRecordFunc func,
                                               gpointer user_data,
                                               GError **error);
void ic_wire_record_reader_free (IcWireRecordReader *self);

/* The end of the pipe that goes with the call, at handle 0. */
GUnixFDList *ic_wire_record_reader_get_fds (IcWireRecordReader *self);

/* After a call that was answered: takes what is still in the pipe. IC_ERROR_BAD_DATA when it does
 * not come to @count records.
 */
gboolean ic_wire_record_reader_finish (IcWireRecordReader *self, guint64 count, GError **error);

/* For the other direction. */
typedef struct _IcWireRecordFeed IcWireRecordFeed;

/* The next record, as many texts as the worker expects, borrowed until the next call; FALSE at the
 * end.
 */
typedef gboolean (*IcWireNextFunc) (const char **fields, gpointer user_data);

/* Writes from now on whenever the context is iterated. */
IcWireRecordFeed *ic_wire_record_feed_new (guint n_fields,
                                           IcWireNextFunc next,
                                           gpointer user_data,
                                           GError **error);
void ic_wire_record_feed_free (IcWireRecordFeed *self);

/* Appends the end of the pipe that goes with the call, and returns its handle; -1 with @error. */
int ic_wire_record_feed_add_to (IcWireRecordFeed *self, GUnixFDList *fds, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcWireRecordFeed, ic_wire_record_feed_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcWireRecordWriter, ic_wire_record_writer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IcWireRecordReader, ic_wire_record_reader_free)

G_END_DECLS
