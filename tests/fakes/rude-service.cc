/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rude-pacs.hh"

#include <dcmtk/dcmnet/diutil.h>
#include <dcmtk/dcmnet/dul.h>

#include <unistd.h>

#include <cstring>

namespace
{

const DIC_US find_warning = 0xb001;

bool
is_get (const char *abstract_syntax)
{
  return strcmp (abstract_syntax, UID_GETStudyRootQueryRetrieveInformationModel) == 0 ||
         strcmp (abstract_syntax, UID_GETPatientRootQueryRetrieveInformationModel) == 0;
}

class Service
{
public:
  Service (T_ASC_Association *association,
           Archive &archive,
           Receiver &receiver,
           const Faults &faults,
           const std::string &aet)
      : association_ (association), archive_ (archive), receiver_ (receiver), faults_ (faults),
        aet_ (aet)
  {
  }

  void run ();

private:
  bool negotiate ();
  bool wants (const T_ASC_PresentationContext &context) const;
  bool take_request (T_ASC_PresentationContextID context, T_DIMSE_Message &message);
  bool echo (T_ASC_PresentationContextID context, const T_DIMSE_C_EchoRQ &request);
  void forget_keys (DcmDataset &keys) const;
  bool is_hollow (DcmDataset &keys) const;
  bool find (T_ASC_PresentationContextID context, const T_DIMSE_C_FindRQ &request);
  bool get (T_ASC_PresentationContextID context, const T_DIMSE_C_GetRQ &request);
  bool answer_find (T_ASC_PresentationContextID context,
                    const T_DIMSE_C_FindRQ &request,
                    DIC_US status,
                    DcmDataset *answer);
  bool answer_get (T_ASC_PresentationContextID context,
                   const T_DIMSE_C_GetRQ &request,
                   const Sender &sender,
                   DIC_US status);
  bool is_cancelled (T_ASC_PresentationContextID context, DIC_US message_id);
  void
  dawdle () const
  {
    usleep ((useconds_t) faults_.slow_ms * 1000);
  }

  T_ASC_Association *association_;
  Archive &archive_;
  Receiver &receiver_;
  const Faults &faults_;
  std::string aet_;
  bool is_too_many_ = false;
};

bool
Service::wants (const T_ASC_PresentationContext &context) const
{
  std::string class_uid = context.abstractSyntax;

  if (class_uid == UID_StorageCommitmentPushModelSOPClass)
    return !faults_.commit.empty ();
  if (faults_.no_find && (class_uid == UID_FINDStudyRootQueryRetrieveInformationModel ||
                          class_uid == UID_FINDPatientRootQueryRetrieveInformationModel))
    return false;
  if (faults_.no_get && is_get (context.abstractSyntax))
    return false;
  return class_uid != faults_.refuse_class &&
         context.proposedTransferSyntaxes[0] != faults_.refuse_syntax;
}

bool
Service::negotiate ()
{
  T_ASC_RejectParameters reject = { ASC_RESULT_REJECTEDPERMANENT, ASC_SOURCE_SERVICEUSER,
                                    ASC_REASON_SU_CALLEDAETITLENOTRECOGNIZED };

  if (faults_.reject == "calling")
    reject.reason = ASC_REASON_SU_CALLINGAETITLENOTRECOGNIZED;
  if (faults_.reject == "limit" || is_too_many_)
    reject = { ASC_RESULT_REJECTEDTRANSIENT, ASC_SOURCE_SERVICEPROVIDER_PRESENTATION_RELATED,
               ASC_REASON_SP_PRES_LOCALLIMITEXCEEDED };
  if (!faults_.reject.empty () || is_too_many_)
    {
      ASC_rejectAssociation (association_, &reject);
      return false;
    }
  for (int i = 0; i < ASC_countPresentationContexts (association_->params); i++)
    {
      T_ASC_PresentationContext context;

      ASC_getPresentationContext (association_->params, i, &context);
      if (!wants (context))
        {
          ASC_refusePresentationContext (association_->params, context.presentationContextID,
                                         ASC_P_ABSTRACTSYNTAXNOTSUPPORTED);
          continue;
        }
      ASC_acceptPresentationContext (association_->params, context.presentationContextID,
                                     context.proposedTransferSyntaxes[0], context.proposedRole);
    }
  return ASC_acknowledgeAssociation (association_).good ();
}

bool
Service::is_cancelled (T_ASC_PresentationContextID context, DIC_US message_id)
{
  return ASC_dataWaiting (association_, 0) &&
         DIMSE_checkForCancelRQ (association_, context, message_id).good ();
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
Service::is_hollow (DcmDataset &keys) const
{
  OFString study;

  keys.findAndGetOFString (DCM_StudyInstanceUID, study);
  return !faults_.hollow.empty () && faults_.hollow == study.c_str ();
}

bool
Service::find (T_ASC_PresentationContextID context, const T_DIMSE_C_FindRQ &request)
{
  auto keys = receive_keys (association_, context);
  OFString level;

  if (keys == nullptr)
    return false;
  keys->findAndGetOFString (DCM_QueryRetrieveLevel, level);
  if (faults_.no_image_level && level == "IMAGE")
    return answer_find (context, request, STATUS_FIND_Error_DataSetDoesNotMatchSOPClass, nullptr);
  if (level != "STUDY" && is_hollow (*keys))
    return answer_find (context, request, STATUS_Success, nullptr);
  forget_keys (*keys);
  Archive received;
  Archive &archive = receiver_.folder.empty () ? archive_ : received;

  if (!receiver_.folder.empty ())
    received.load (receiver_.folder, false);
  for (const Instance *instance : archive.find (*keys, level.c_str ()))
    {
      auto answer = archive.answer (*keys, *instance, level.c_str (), aet_, !faults_.no_counts);

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
                     const Sender &sender,
                     DIC_US status)
{
  T_DIMSE_C_GetRSP response = {};
  DcmDataset failed;

  response.MessageIDBeingRespondedTo = request.MessageID;
  response.DimseStatus = status;
  response.DataSetType = DIMSE_DATASET_NULL;
  response.NumberOfRemainingSubOperations = sender.remaining;
  response.NumberOfCompletedSubOperations = sender.completed;
  response.NumberOfFailedSubOperations = sender.failed;
  response.opts = O_GET_AFFECTEDSOPCLASSUID | O_GET_NUMBEROFCOMPLETEDSUBOPERATIONS |
                  O_GET_NUMBEROFFAILEDSUBOPERATIONS | O_GET_NUMBEROFWARNINGSUBOPERATIONS;
  if (status == STATUS_Pending || status == STATUS_GET_Cancel)
    response.opts |= O_GET_NUMBEROFREMAININGSUBOPERATIONS;
  OFStandard::strlcpy (response.AffectedSOPClassUID, request.AffectedSOPClassUID,
                       sizeof response.AffectedSOPClassUID);
  if (status != STATUS_Pending && !sender.failed_uids.empty ())
    {
      failed.putAndInsertString (DCM_FailedSOPInstanceUIDList, sender.failed_uids.c_str ());
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
  auto keys = receive_keys (association_, context);
  Sender sender (association_, archive_, faults_);
  int sent = 0;

  if (keys == nullptr)
    return false;
  std::vector<const Instance *> selected = archive_.select (*keys);
  if (is_hollow (*keys))
    selected.clear ();
  sender.remaining = (DIC_US) selected.size ();
  if (faults_.extra && !sender.send_extra ())
    return false;
  for (const Instance *instance : selected)
    {
      dawdle ();
      if (sender.cancelled || is_cancelled (context, request.MessageID))
        return answer_get (context, request, sender, STATUS_GET_Cancel);
      sender.remaining--;
      if (++sent > (int) selected.size () - faults_.fewer)
        sender.completed++;
      else if (!sender.send_numbered (*instance, archive_.number_of (*instance)) ||
               !answer_get (context, request, sender, STATUS_Pending))
        return false;
      if (sent == faults_.die_after)
        _exit (0);
    }
  archive_.reveal ();
  return answer_get (context, request, sender,
                     sender.failed > 0 ? STATUS_GET_Warning_SubOperationsCompleteOneOrMoreFailures
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
  else if (message.CommandField == DIMSE_C_MOVE_RQ)
    message.msg.CMoveRQ.MessageID += 100;
  else if (message.CommandField == DIMSE_C_STORE_RQ)
    message.msg.CStoreRQ.MessageID += 100;
}

bool
Service::take_request (T_ASC_PresentationContextID context, T_DIMSE_Message &message)
{
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
  if (message.CommandField == DIMSE_C_MOVE_RQ)
    return move_images (association_, archive_, faults_, aet_, context, message.msg.CMoveRQ);
  if (message.CommandField == DIMSE_C_STORE_RQ && !receiver_.folder.empty ())
    return receiver_.store (association_, context, message.msg.CStoreRQ);
  if (message.CommandField == DIMSE_N_ACTION_RQ)
    return receiver_.commit (association_, context, message.msg.NActionRQ);
  return message.CommandField == DIMSE_C_CANCEL_RQ; /* came too late */
}

void
Service::run ()
{
  is_too_many_ = !receiver_.enter ();
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

std::unique_ptr<DcmDataset>
receive_keys (T_ASC_Association *association, T_ASC_PresentationContextID context)
{
  DcmDataset *raw = nullptr;

  DIMSE_receiveDataSetInMemory (association, DIMSE_BLOCKING, 0, &context, &raw, nullptr, nullptr);
  return std::unique_ptr<DcmDataset> (raw);
}

void
serve (T_ASC_Association *association,
       Archive &archive,
       Receiver &receiver,
       const Faults &faults,
       const std::string &aet)
{
  Service (association, archive, receiver, faults, aet).run ();
  receiver.leave ();
  ASC_dropAssociation (association);
  ASC_destroyAssociation (&association);
}
