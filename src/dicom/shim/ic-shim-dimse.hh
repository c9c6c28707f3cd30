/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The messages of an association (PS3.7), straight over DCMTK's upper layer. Not DIMSE_ functions:
 * those refuse every transfer syntax that DCMTK 3.6.7 does not know, and data sets must pass
 * through here unparsed.
 */
#pragma once

#include "dicom/shim/ic-shim-association.h"

#include "dicom/shim/ic-shim-identifier.hh"
#include "dicom/shim/ic-shim-link.hh"
#include "dicom/shim/ic-shim-private.hh"

#include <dcmtk/dcmnet/assoc.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

/* (0000,0100) */
enum : guint16
{
  COMMAND_C_STORE_RQ = 0x0001,
  COMMAND_C_STORE_RSP = 0x8001,
  COMMAND_C_GET_RQ = 0x0010,
  COMMAND_C_GET_RSP = 0x8010,
  COMMAND_C_MOVE_RQ = 0x0021,
  COMMAND_C_MOVE_RSP = 0x8021,
  COMMAND_C_FIND_RQ = 0x0020,
  COMMAND_C_FIND_RSP = 0x8020,
  COMMAND_C_ECHO_RQ = 0x0030,
  COMMAND_C_ECHO_RSP = 0x8030,
  COMMAND_C_CANCEL_RQ = 0x0fff,
  COMMAND_N_EVENT_REPORT_RQ = 0x0100,
  COMMAND_N_EVENT_REPORT_RSP = 0x8100,
  COMMAND_N_ACTION_RQ = 0x0130,
  COMMAND_N_ACTION_RSP = 0x8130,
};

/* A command set, as far as we use it. Views point into the association's buffer and hold until the
 * next command is received. */
struct Command
{
  guint16 field = 0;
  guint16 message_id = 0;
  guint16 responded_id = 0;
  guint16 status = 0;
  guint16 event_type = 0; /* of an N-EVENT-REPORT */
  bool has_data = false;
  bool has_counts = false;
  guint16 remaining = 0;
  guint16 completed = 0;
  guint16 failed = 0;
  guint16 warning = 0;
  std::string class_uid;
  std::string instance_uid;
  std::string originator_aet; /* who asked for the C-MOVE that a C-STORE belongs to, and */
  guint16 originator_id = 0;  /* with which message (PS3.7 9.1.1.1); 0 when not said */
};

struct AcceptedContext
{
  std::string abstract_syntax;
  std::string transfer_syntax;
};

struct _IcAssociation
{
  explicit _IcAssociation (GCancellable *cancellable) : link (cancellable) {}
  ~_IcAssociation ();

  std::string node;
  std::string called_aet;
  guint acse_timeout_ms = IC_ACSE_TIMEOUT_MS;
  Link link; /* outlives what DCMTK makes over it */
  T_ASC_Network *network = nullptr;
  T_ASC_Parameters *parameters = nullptr; /* until DCMTK's association owns them */
  T_ASC_Association *association = nullptr;
  std::array<AcceptedContext, 256> contexts; /* by context ID; empty when not accepted */
  bool usable = false;
  bool release_requested = false; /* by the peer, and not answered */
  bool cancel_sent = false;       /* C-CANCEL for the request under way */
  bool is_full = false;           /* the peer had no room for what we sent: it is sent no more */
  guint16 message_id = 0;
  guint8 request_context = 0; /* of the request under way, 0 for none */
  std::string command_buffer;
  std::unique_ptr<char[]> file_buffers[2]; /* of what is sent; empty before */
};

/* What a verb says when it fails. */
bool dimse_fail (IcAssociation *self, const OFCondition &condition, GError **error);

/* The peer sent @what, which breaks the rules: the association is of no use any more. */
bool dimse_fail_protocol (IcAssociation *self, GError **error, const char *what);

/* 0 when the peer accepted no such context; then @error says so. */
guint8 dimse_find_context (IcAssociation *self, const char *abstract_syntax, GError **error);
bool dimse_is_explicit (IcAssociation *self, guint8 context);

/* Sends a request that is answered by responses: the message ID is chosen here and C-CANCEL can
 * refer to it. @identifier and @move_destination may be NULL. */
bool dimse_request (IcAssociation *self,
                    guint8 context,
                    guint16 field,
                    const char *abstract_syntax,
                    const std::string *identifier,
                    GError **error,
                    const char *move_destination = nullptr);

/* (0000,0800) */
constexpr guint16 dimse_no_data_set = 0x0101;
constexpr guint16 dimse_with_data_set = 0x0000;

/* The bytes of a command set: its elements with the group length first (PS3.7 E.1). */
std::string dimse_finish_command (const ElementWriter &body);

/* One PDV that is the whole command set or the whole data set of a message. */
bool dimse_write_pdv (IcAssociation *self,
                      guint8 context,
                      bool is_command,
                      const std::string &bytes,
                      GError **error);

/* The answer to a C-STORE-RQ, C-ECHO-RQ or N-EVENT-REPORT-RQ. */
bool dimse_answer (IcAssociation *self,
                   guint8 context,
                   const Command &request,
                   guint16 status,
                   GError **error);

/* Asks the peer to stop; it then has @grace_ms to say that it did. */
bool dimse_cancel (IcAssociation *self, guint grace_ms);

/* The next command; a response is one to the request under way (PS3.7 9.1, (0000,0120)). When the
 * user cancels, C-CANCEL is sent from here and reading goes on for the grace time. */
bool dimse_receive_command (IcAssociation *self, guint8 *context, Command *command, GError **error);

/* The data set that follows a command, piece by piece as it comes. */
bool dimse_receive_data (IcAssociation *self,
                         guint8 context,
                         const std::function<void (std::string_view)> &piece,
                         GError **error);

/* The same, whole, for identifiers. */
bool dimse_receive_identifier (IcAssociation *self,
                               guint8 context,
                               std::string &identifier,
                               GError **error);

/* The request under way is over. False with G_IO_ERROR_CANCELLED when the user wanted so. */
bool dimse_finish_request (IcAssociation *self, GError **error);
