/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rude-pacs.hh"

#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmnet/diutil.h>
#include <dcmtk/dcmnet/dul.h>

#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iterator>

namespace
{

const char extra_uid[] = "2.25.4711";
const char wrong_uid[] = "2.25.4712";
const char bad_uid[] = "../../etc/passwd";
const DIC_US find_warning = 0xb001;

class Service
{
public:
  Service (T_ASC_Association *association,
           Archive &archive,
           const Faults &faults,
           const std::string &aet)
      : association_ (association), archive_ (archive), faults_ (faults), aet_ (aet)
  {
  }

  void run ();

private:
  bool negotiate ();
  bool take_request (T_ASC_PresentationContextID context, T_DIMSE_Message &message);
  bool echo (T_ASC_PresentationContextID context, const T_DIMSE_C_EchoRQ &request);
  void forget_keys (DcmDataset &keys) const;
  bool find (T_ASC_PresentationContextID context, const T_DIMSE_C_FindRQ &request);
  bool get (T_ASC_PresentationContextID context, const T_DIMSE_C_GetRQ &request);
  bool answer_find (T_ASC_PresentationContextID context,
                    const T_DIMSE_C_FindRQ &request,
                    DIC_US status,
                    DcmDataset *answer);
  bool answer_get (T_ASC_PresentationContextID context,
                   const T_DIMSE_C_GetRQ &request,
                   DIC_US status);
  bool send_extra ();
  bool send_numbered (const Instance &instance, int number);
  bool send (const std::string &class_uid,
             const std::string &instance_uid,
             std::string data,
             T_ASC_PresentationContextID context,
             int number);
  bool send_command (T_ASC_PresentationContextID context,
                     const std::string &class_uid,
                     const std::string &instance_uid);
  bool write (T_ASC_PresentationContextID context,
              DUL_DATAPDV type,
              const char *data,
              size_t size,
              bool is_last);
  bool read_command (DcmDataset &command);
  bool receive_store_answer ();
  T_ASC_PresentationContextID context_for (const std::string &class_uid,
                                           const std::string &syntax) const;
  bool is_cancelled (T_ASC_PresentationContextID context, DIC_US message_id);
  void
  dawdle () const
  {
    usleep ((useconds_t) faults_.slow_ms * 1000);
  }

  T_ASC_Association *association_;
  Archive &archive_;
  const Faults &faults_;
  std::string aet_;
  bool cancelled_ = false; /* C-CANCEL came among the answers to C-STORE */
  DIC_US message_id_ = 0;
  DIC_US completed_ = 0;
  DIC_US failed_ = 0;
  DIC_US remaining_ = 0;
  std::string failed_uids_;
};

bool
is_native (const std::string &syntax)
{
  return syntax == UID_LittleEndianExplicitTransferSyntax ||
         syntax == UID_LittleEndianImplicitTransferSyntax;
}

std::string
encode (DcmDataset &dataset, E_TransferSyntax syntax)
{
  std::vector<char> buffer (dataset.calcElementLength (syntax, EET_ExplicitLength) + 4096);
  DcmOutputBufferStream stream (buffer.data (), (offile_off_t) buffer.size ());
  void *data = nullptr;
  offile_off_t size = 0;

  dataset.transferInit ();
  dataset.write (stream, syntax, EET_ExplicitLength, nullptr);
  dataset.transferEnd ();
  stream.flushBuffer (data, size);
  return std::string (static_cast<char *> (data), (size_t) size);
}

/* The data set of a file as it stands there, or in the other native syntax. */
std::string
read_data_set (const Instance &instance, const std::string &syntax)
{
  std::ifstream stream (instance.path, std::ios::binary);
  std::string bytes ((std::istreambuf_iterator<char> (stream)), {});
  Uint32 meta_length = 0;

  if (syntax != instance.transfer_syntax)
    {
      DcmFileFormat file;

      file.loadFile (instance.path.c_str ());
      return encode (*file.getDataset (), DcmXfer (syntax.c_str ()).getXfer ());
    }
  instance.header->getMetaInfo ()->findAndGetUint32 (DCM_FileMetaInformationGroupLength,
                                                     meta_length);
  return bytes.substr (128 + 4 + 12 + meta_length);
}

bool
Service::negotiate ()
{
  T_ASC_RejectParameters reject = { ASC_RESULT_REJECTEDPERMANENT, ASC_SOURCE_SERVICEUSER,
                                    ASC_REASON_SU_CALLEDAETITLENOTRECOGNIZED };

  if (faults_.reject == "calling")
    reject.reason = ASC_REASON_SU_CALLINGAETITLENOTRECOGNIZED;
  if (faults_.reject == "limit")
    reject = { ASC_RESULT_REJECTEDTRANSIENT, ASC_SOURCE_SERVICEPROVIDER_PRESENTATION_RELATED,
               ASC_REASON_SP_PRES_LOCALLIMITEXCEEDED };
  if (!faults_.reject.empty ())
    {
      ASC_rejectAssociation (association_, &reject);
      return false;
    }
  for (int i = 0; i < ASC_countPresentationContexts (association_->params); i++)
    {
      T_ASC_PresentationContext context;

      ASC_getPresentationContext (association_->params, i, &context);
      ASC_acceptPresentationContext (association_->params, context.presentationContextID,
                                     context.proposedTransferSyntaxes[0], context.proposedRole);
    }
  return ASC_acknowledgeAssociation (association_).good ();
}

bool
Service::write (T_ASC_PresentationContextID context,
                DUL_DATAPDV type,
                const char *data,
                size_t size,
                bool is_last)
{
  DUL_PDV pdv = {};
  DUL_PDVLIST list = {};

  if (type == DUL_DATASETPDV)
    usleep ((useconds_t) faults_.crawl_ms * 1000);
  pdv.fragmentLength = size;
  pdv.presentationContextID = context;
  pdv.pdvType = type;
  pdv.lastPDV = is_last;
  pdv.data = const_cast<char *> (data);
  list.count = 1;
  list.pdv = &pdv;
  return DUL_WritePDVs (&association_->DULassociation, &list).good ();
}

bool
Service::send_command (T_ASC_PresentationContextID context,
                       const std::string &class_uid,
                       const std::string &instance_uid)
{
  DcmDataset command;

  command.putAndInsertUint32 (DcmTag (0x0000, 0x0000, EVR_UL), 0);
  command.putAndInsertString (DcmTag (0x0000, 0x0002, EVR_UI), class_uid.c_str ());
  command.putAndInsertUint16 (DcmTag (0x0000, 0x0100, EVR_US), 0x0001);
  command.putAndInsertUint16 (DcmTag (0x0000, 0x0110, EVR_US), ++message_id_);
  command.putAndInsertUint16 (DcmTag (0x0000, 0x0700, EVR_US), 0);
  command.putAndInsertUint16 (DcmTag (0x0000, 0x0800, EVR_US), 1);
  command.putAndInsertString (DcmTag (0x0000, 0x1000, EVR_UI), instance_uid.c_str ());
  command.putAndInsertUint32 (DcmTag (0x0000, 0x0000, EVR_UL),
                              command.calcElementLength (EXS_LittleEndianImplicit,
                                                         EET_ExplicitLength) -
                                  12);

  std::string bytes = encode (command, EXS_LittleEndianImplicit);

  return write (context, DUL_COMMANDPDV, bytes.data (), bytes.size (), true);
}

/* Not DIMSE_receiveCommand(): it fails on contexts whose transfer syntax DCMTK does not know. */
bool
Service::read_command (DcmDataset &command)
{
  DUL_ASSOCIATIONKEY **key = &association_->DULassociation;
  std::string bytes;
  DUL_PDV pdv = {};

  do
    {
      if (DUL_NextPDV (key, &pdv).bad () &&
          (DUL_ReadPDVs (key, nullptr, DUL_BLOCK, 0) != DUL_PDATAPDUARRIVED ||
           DUL_NextPDV (key, &pdv).bad ()))
        return false;
      bytes.append (static_cast<char *> (pdv.data), pdv.fragmentLength);
    }
  while (!pdv.lastPDV);

  DcmInputBufferStream stream;
  stream.setBuffer (bytes.data (), (offile_off_t) bytes.size ());
  stream.setEos ();
  command.transferInit ();
  OFCondition condition = command.read (stream, EXS_LittleEndianImplicit, EGL_withoutGL);
  command.transferEnd ();
  return condition.good ();
}

bool
Service::receive_store_answer ()
{
  for (;;)
    {
      DcmDataset command;
      Uint16 field = 0;
      Uint16 status = 0;

      if (!read_command (command))
        return false;
      command.findAndGetUint16 (DCM_CommandField, field);
      command.findAndGetUint16 (DCM_Status, status);
      if (field == DIMSE_C_CANCEL_RQ)
        {
          cancelled_ = true;
          continue;
        }
      if (field != DIMSE_C_STORE_RSP)
        return false;
      status == 0 ? completed_++ : failed_++;
      return true;
    }
}

bool
Service::send (const std::string &class_uid,
               const std::string &instance_uid,
               std::string data,
               T_ASC_PresentationContextID context,
               int number)
{
  size_t piece = association_->sendPDVLength;
  size_t stop = number != 0 && number == faults_.truncate ? data.size () / 2 : data.size ();

  if (number != 0 && number == faults_.flip)
    data.back () = (char) (data.back () ^ 0x01);
  if (!send_command (context, class_uid, instance_uid))
    return false;
  if (number != 0 && number == faults_.shorten)
    data.resize (stop = data.size () / 4 * 2);
  for (size_t at = 0; at < stop; at += piece)
    if (!write (context, DUL_DATASETPDV, data.data () + at, std::min (piece, stop - at),
                stop == data.size () && at + piece >= stop))
      return false;
  return stop == data.size () && receive_store_answer ();
}

T_ASC_PresentationContextID
Service::context_for (const std::string &class_uid, const std::string &syntax) const
{
  T_ASC_PresentationContextID native = 0;

  for (int i = 0; i < ASC_countPresentationContexts (association_->params); i++)
    {
      T_ASC_PresentationContext context;

      ASC_getPresentationContext (association_->params, i, &context);
      if (context.resultReason != ASC_P_ACCEPTANCE || class_uid != context.abstractSyntax)
        continue;
      if (syntax == context.acceptedTransferSyntax)
        return context.presentationContextID;
      if (is_native (syntax) && is_native (context.acceptedTransferSyntax))
        native = context.presentationContextID;
    }
  return native;
}

bool
Service::send_numbered (const Instance &instance, int number)
{
  std::string class_uid = instance.get (DCM_SOPClassUID);
  std::string uid = instance.get (DCM_SOPInstanceUID);
  T_ASC_PresentationContextID context = context_for (class_uid, instance.transfer_syntax);
  T_ASC_PresentationContext accepted;

  if (context == 0 || number == faults_.drop)
    {
      failed_++;
      failed_uids_ += (failed_uids_.empty () ? "" : "\\") + uid;
      return true;
    }
  ASC_findAcceptedPresentationContext (association_->params, context, &accepted);
  std::string data = read_data_set (instance, accepted.acceptedTransferSyntax);
  if (number == faults_.wrong_uid)
    uid = wrong_uid;
  if (number == faults_.bad_uid)
    uid = bad_uid;
  return send (class_uid, uid, data, context, number) &&
         (number != faults_.duplicate || send (class_uid, uid, data, context, number));
}

bool
Service::send_extra ()
{
  const Instance &model = *archive_.first ();
  std::string class_uid = model.get (DCM_SOPClassUID);
  T_ASC_PresentationContextID context = context_for (class_uid, model.transfer_syntax);
  T_ASC_PresentationContext accepted;
  DcmFileFormat file;

  if (context == 0)
    return true;
  ASC_findAcceptedPresentationContext (association_->params, context, &accepted);
  file.loadFile (model.path.c_str ());
  file.getDataset ()->putAndInsertString (DCM_SOPInstanceUID, extra_uid);
  return send (class_uid, extra_uid,
               encode (*file.getDataset (), DcmXfer (accepted.acceptedTransferSyntax).getXfer ()),
               context, 0);
}

bool
Service::is_cancelled (T_ASC_PresentationContextID context, DIC_US message_id)
{
  return cancelled_ || (ASC_dataWaiting (association_, 0) &&
                        DIMSE_checkForCancelRQ (association_, context, message_id).good ());
}

bool
Service::answer_find (T_ASC_PresentationContextID context,
                      const T_DIMSE_C_FindRQ &request,
                      DIC_US status,
                      DcmDataset *answer)
{
  T_DIMSE_C_FindRSP response = {};

  response.MessageIDBeingRespondedTo = request.MessageID;
  response.DimseStatus = status;
  response.DataSetType = answer != nullptr ? DIMSE_DATASET_PRESENT : DIMSE_DATASET_NULL;
  response.opts = O_FIND_AFFECTEDSOPCLASSUID;
  OFStandard::strlcpy (response.AffectedSOPClassUID, request.AffectedSOPClassUID,
                       sizeof response.AffectedSOPClassUID);
  return DIMSE_sendFindResponse (association_, context, &request, &response, answer, nullptr)
      .good ();
}

/* What is blank is not matched. */
void
Service::forget_keys (DcmDataset &keys) const
{
  for (unsigned long i = 0; i < keys.card (); i++)
    {
      DcmElement &key = *keys.getElement (i);
      bool matched = key.ident () == EVR_UI || key.getTag () == DCM_QueryRetrieveLevel ||
                     key.getTag () == DCM_SpecificCharacterSet;

      if ((faults_.ignore_keys && !matched) ||
          (faults_.no_modalities && key.getTag () == DCM_ModalitiesInStudy))
        key.putString ("");
    }
}

bool
Service::find (T_ASC_PresentationContextID context, const T_DIMSE_C_FindRQ &request)
{
  DcmDataset *raw = nullptr;
  OFString level;

  if (DIMSE_receiveDataSetInMemory (association_, DIMSE_BLOCKING, 0, &context, &raw, nullptr,
                                    nullptr)
          .bad ())
    return false;
  std::unique_ptr<DcmDataset> keys (raw);
  keys->findAndGetOFString (DCM_QueryRetrieveLevel, level);
  if (faults_.no_image_level && level == "IMAGE")
    return answer_find (context, request, STATUS_FIND_Error_DataSetDoesNotMatchSOPClass, nullptr);
  forget_keys (*keys);
  for (const Instance *instance : archive_.find (*keys, level.c_str ()))
    {
      auto answer = archive_.answer (*keys, *instance, level.c_str (), aet_, !faults_.no_counts);

      if (faults_.no_modalities)
        answer->findAndDeleteElement (DCM_ModalitiesInStudy);
      for (int i = 0; i < faults_.repeat; i++)
        {
          dawdle ();
          if (is_cancelled (context, request.MessageID))
            return answer_find (context, request, STATUS_FIND_Cancel, nullptr);
          if (!answer_find (context, request, STATUS_Pending, answer.get ()))
            return false;
        }
    }
  return answer_find (context, request, faults_.warn ? find_warning : STATUS_Success, nullptr);
}

bool
Service::answer_get (T_ASC_PresentationContextID context,
                     const T_DIMSE_C_GetRQ &request,
                     DIC_US status)
{
  T_DIMSE_C_GetRSP response = {};
  DcmDataset failed;

  response.MessageIDBeingRespondedTo = request.MessageID;
  response.DimseStatus = status;
  response.DataSetType = DIMSE_DATASET_NULL;
  response.NumberOfRemainingSubOperations = remaining_;
  response.NumberOfCompletedSubOperations = completed_;
  response.NumberOfFailedSubOperations = failed_;
  response.opts = O_GET_AFFECTEDSOPCLASSUID | O_GET_NUMBEROFCOMPLETEDSUBOPERATIONS |
                  O_GET_NUMBEROFFAILEDSUBOPERATIONS | O_GET_NUMBEROFWARNINGSUBOPERATIONS;
  if (status == STATUS_Pending || status == STATUS_GET_Cancel)
    response.opts |= O_GET_NUMBEROFREMAININGSUBOPERATIONS;
  OFStandard::strlcpy (response.AffectedSOPClassUID, request.AffectedSOPClassUID,
                       sizeof response.AffectedSOPClassUID);
  if (status != STATUS_Pending && !failed_uids_.empty ())
    {
      failed.putAndInsertString (DCM_FailedSOPInstanceUIDList, failed_uids_.c_str ());
      response.DataSetType = DIMSE_DATASET_PRESENT;
    }
  return DIMSE_sendGetResponse (association_, context, &request, &response,
                                response.DataSetType == DIMSE_DATASET_PRESENT ? &failed : nullptr,
                                nullptr)
      .good ();
}

bool
Service::get (T_ASC_PresentationContextID context, const T_DIMSE_C_GetRQ &request)
{
  DcmDataset *raw = nullptr;
  int sent = 0;

  if (DIMSE_receiveDataSetInMemory (association_, DIMSE_BLOCKING, 0, &context, &raw, nullptr,
                                    nullptr)
          .bad ())
    return false;
  std::unique_ptr<DcmDataset> keys (raw);
  std::vector<const Instance *> selected = archive_.select (*keys);
  remaining_ = (DIC_US) selected.size ();
  if (faults_.extra && !send_extra ())
    return false;
  for (const Instance *instance : selected)
    {
      dawdle ();
      if (is_cancelled (context, request.MessageID))
        return answer_get (context, request, STATUS_GET_Cancel);
      remaining_--;
      if (++sent > (int) selected.size () - faults_.fewer)
        completed_++;
      else if (!send_numbered (*instance, archive_.number_of (*instance)) ||
               !answer_get (context, request, STATUS_Pending))
        return false;
      if (sent == faults_.die_after)
        _exit (0);
    }
  archive_.reveal ();
  return answer_get (context, request,
                     failed_ > 0 ? STATUS_GET_Warning_SubOperationsCompleteOneOrMoreFailures
                                 : STATUS_Success);
}

bool
Service::echo (T_ASC_PresentationContextID context, const T_DIMSE_C_EchoRQ &request)
{
  dawdle ();
  return DIMSE_sendEchoResponse (association_, context, &request, STATUS_Success, nullptr).good ();
}

/* DCMTK answers to the ID that it finds in the request. */
void
rename_request (T_DIMSE_Message &message)
{
  if (message.CommandField == DIMSE_C_ECHO_RQ)
    message.msg.CEchoRQ.MessageID += 100;
  else if (message.CommandField == DIMSE_C_FIND_RQ)
    message.msg.CFindRQ.MessageID += 100;
  else if (message.CommandField == DIMSE_C_GET_RQ)
    message.msg.CGetRQ.MessageID += 100;
}

bool
Service::take_request (T_ASC_PresentationContextID context, T_DIMSE_Message &message)
{
  completed_ = failed_ = remaining_ = 0;
  failed_uids_.clear ();
  cancelled_ = false;
  if (faults_.hang)
    for (;;)
      pause ();
  if (faults_.other_id)
    rename_request (message);
  if (message.CommandField == DIMSE_C_ECHO_RQ)
    return echo (context, message.msg.CEchoRQ);
  if (faults_.abort)
    {
      ASC_abortAssociation (association_);
      return false;
    }
  if (message.CommandField == DIMSE_C_FIND_RQ)
    return find (context, message.msg.CFindRQ);
  if (message.CommandField == DIMSE_C_GET_RQ)
    return get (context, message.msg.CGetRQ);
  return message.CommandField == DIMSE_C_CANCEL_RQ; /* came too late */
}

void
Service::run ()
{
  if (!negotiate ())
    return;
  for (;;)
    {
      T_ASC_PresentationContextID context;
      T_DIMSE_Message message;
      OFCondition condition =
          DIMSE_receiveCommand (association_, DIMSE_BLOCKING, 0, &context, &message, nullptr);

      if (condition == DUL_PEERREQUESTEDRELEASE)
        ASC_acknowledgeRelease (association_);
      if (condition.bad () || !take_request (context, message))
        return;
    }
}

} // namespace

void
serve (T_ASC_Association *association,
       Archive &archive,
       const Faults &faults,
       const std::string &aet)
{
  Service (association, archive, faults, aet).run ();
  ASC_dropAssociation (association);
  ASC_destroyAssociation (&association);
}
