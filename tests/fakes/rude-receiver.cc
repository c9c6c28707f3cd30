/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The receiving side of the rude PACS: C-STORE and storage commitment, with their faults. */
#include "rude-pacs.hh"

#include <dcmtk/dcmdata/dcostrmf.h>
#include <dcmtk/dcmnet/dul.h>

#include <unistd.h>

#include <cstdio>
#include <fstream>

namespace
{

const DIC_US status_full = 0xa700;
const DIC_US status_cannot_understand = 0xc000;
const DIC_US status_coerced = 0xb000;
const DIC_US status_duplicate = 0x0111;
const DIC_US reason_no_such_object = 0x0112;

/* The next PDV, with the next PDU when that is needed. */
bool
next_pdv (T_ASC_Association *association, DUL_PDV *pdv)
{
  DUL_ASSOCIATIONKEY **key = &association->DULassociation;

  return DUL_NextPDV (key, pdv).good () ||
         (DUL_ReadPDVs (key, nullptr, DUL_BLOCK, 0) == DUL_PDATAPDUARRIVED &&
          DUL_NextPDV (key, pdv).good ());
}

/* Closed without A-ABORT, as when the machine loses power. */
bool
hang_up (T_ASC_Association *association)
{
  ASC_dropAssociation (association);
  return false;
}

} // namespace

void
Receiver::note (const std::string &word, const std::string &uid)
{
  std::lock_guard<std::mutex> lock (mutex_);
  std::ofstream journal (folder + "/journal", std::ios::app);

  journal << word << " " << uid << "\n";
}

bool
Receiver::receive (T_ASC_Association *association, std::string &bytes, bool stop_half_way)
{
  DUL_PDV pdv = {};

  do
    {
      if (!next_pdv (association, &pdv))
        return false;
      bytes.append (static_cast<char *> (pdv.data), pdv.fragmentLength);
      if (stop_half_way)
        return hang_up (association);
    }
  while (!pdv.lastPDV);
  return true;
}

std::string
Receiver::path_of (const std::string &uid) const
{
  return folder + "/" + uid + ".dcm";
}

bool
Receiver::keep (T_ASC_Association *association,
                T_ASC_PresentationContextID context,
                const T_DIMSE_C_StoreRQ &request,
                const std::string &bytes)
{
  std::string name = path_of (request.AffectedSOPInstanceUID);
  DcmOutputFileStream *raw = nullptr;

  if (DIMSE_createFilestream (name.c_str (), &request, association, context, 1, &raw).bad ())
    return false;
  std::unique_ptr<DcmOutputFileStream> stream (raw);
  return stream->write (bytes.data (), (offile_off_t) bytes.size ()) ==
         (offile_off_t) bytes.size ();
}

DIC_US
Receiver::judge (int number, const std::string &uid) const
{
  if (faults.refuse_again && access (path_of (uid).c_str (), F_OK) == 0)
    return status_duplicate;
  if (faults.full_at != 0 && number >= faults.full_at)
    return status_full;
  if (number == faults.fail_store)
    return status_cannot_understand;
  return number == faults.warn_store ? status_coerced : (DIC_US) STATUS_Success;
}

/* Until the peer is gone, which has nothing to say as long as it waits. */
bool
Receiver::hold (T_ASC_Association *association, const std::string &uid)
{
  DUL_PDV pdv = {};

  note ("held", uid);
  return next_pdv (association, &pdv) && hang_up (association);
}

bool
Receiver::store (T_ASC_Association *association,
                 T_ASC_PresentationContextID context,
                 T_DIMSE_C_StoreRQ &request)
{
  int number = ++received_;
  std::string bytes;
  T_DIMSE_C_StoreRSP response = {};
  DIC_US status = judge (number, request.AffectedSOPInstanceUID);
  bool is_lost = number == faults.lose;
  bool is_failure = status != STATUS_Success && status != status_coerced;

  note ("request", request.AffectedSOPInstanceUID);
  if (!receive (association, bytes, number == faults.hang_up_in))
    return false;
  usleep ((useconds_t) faults.slow_ms * 1000);
  if (!is_failure && !is_lost && !keep (association, context, request, bytes))
    status = status_full;
  if (number == faults.hang_up_after)
    return hang_up (association);
  if (number == faults.hold)
    return hold (association, request.AffectedSOPInstanceUID);
  note (is_failure ? "refused" : "accepted", request.AffectedSOPInstanceUID);
  response.MessageIDBeingRespondedTo = request.MessageID;
  response.DimseStatus = status;
  response.DataSetType = DIMSE_DATASET_NULL;
  return DIMSE_sendStoreResponse (association, context, &request, &response, nullptr).good ();
}

/* What the report says of the instances that were asked about. */
void
Receiver::fill_report (DcmDataset &request, DcmDataset &report) const
{
  OFString transaction;
  DcmSequenceOfItems *references = nullptr;

  request.findAndGetOFString (DCM_TransactionUID, transaction);
  report.putAndInsertOFStringArray (DCM_TransactionUID, transaction);
  request.findAndGetSequence (DCM_ReferencedSOPSequence, references);
  for (unsigned long i = 0; references != nullptr && i < references->card (); i++)
    {
      bool fails = faults.commit == "but-first" && i == 0;
      DcmItem *item = nullptr;

      if (faults.commit == "forget-first" && i == 0)
        continue;
      report.findOrCreateSequenceItem (fails ? DCM_FailedSOPSequence : DCM_ReferencedSOPSequence,
                                       item, -2);
      for (const DcmTagKey &tag : { DCM_ReferencedSOPClassUID, DCM_ReferencedSOPInstanceUID })
        {
          OFString value;

          references->getItem (i)->findAndGetOFString (tag, value);
          item->putAndInsertOFStringArray (tag, value);
        }
      if (fails)
        item->putAndInsertUint16 (DCM_FailureReason, reason_no_such_object);
    }
}

bool
Receiver::report (T_ASC_Association *association,
                  T_ASC_PresentationContextID context,
                  DcmDataset &content)
{
  T_DIMSE_Message message = {};
  T_DIMSE_N_EventReportRQ &event = message.msg.NEventReportRQ;
  T_DIMSE_Message answer = {};
  T_ASC_PresentationContextID answered_on = 0;

  message.CommandField = DIMSE_N_EVENT_REPORT_RQ;
  event.MessageID = 7;
  event.EventTypeID = faults.commit == "but-first" ? 2 : 1;
  event.DataSetType = DIMSE_DATASET_PRESENT;
  OFStandard::strlcpy (event.AffectedSOPClassUID, UID_StorageCommitmentPushModelSOPClass,
                       sizeof event.AffectedSOPClassUID);
  OFStandard::strlcpy (event.AffectedSOPInstanceUID, UID_StorageCommitmentPushModelSOPInstance,
                       sizeof event.AffectedSOPInstanceUID);
  return DIMSE_sendMessageUsingMemoryData (association, context, &message, nullptr, &content,
                                           nullptr, nullptr)
             .good () &&
         DIMSE_receiveCommand (association, DIMSE_BLOCKING, 0, &answered_on, &answer, nullptr)
             .good () &&
         answer.CommandField == DIMSE_N_EVENT_REPORT_RSP;
}

bool
Receiver::commit (T_ASC_Association *association,
                  T_ASC_PresentationContextID context,
                  const T_DIMSE_N_ActionRQ &request)
{
  DcmDataset *raw = nullptr;
  DcmDataset content;
  T_DIMSE_Message message = {};
  T_DIMSE_N_ActionRSP &response = message.msg.NActionRSP;

  if (DIMSE_receiveDataSetInMemory (association, DIMSE_BLOCKING, 0, &context, &raw, nullptr,
                                    nullptr)
          .bad ())
    return false;
  std::unique_ptr<DcmDataset> data (raw);
  OFString transaction;

  data->findAndGetOFString (DCM_TransactionUID, transaction);
  note ("commit", transaction.c_str ());
  message.CommandField = DIMSE_N_ACTION_RSP;
  response.MessageIDBeingRespondedTo = request.MessageID;
  response.DimseStatus = faults.commit == "refuse" ? 0x0110 : STATUS_Success;
  response.DataSetType = DIMSE_DATASET_NULL;
  if (DIMSE_sendMessageUsingMemoryData (association, context, &message, nullptr, nullptr, nullptr,
                                        nullptr)
          .bad ())
    return false;
  if (faults.commit == "later" || faults.commit == "refuse")
    return true;
  fill_report (*data, content);
  return report (association, context, content);
}

bool
Receiver::enter ()
{
  int n = ++associations_;

  note ("open", std::to_string (n));
  return faults.max_associations == 0 || n <= faults.max_associations;
}

void
Receiver::leave ()
{
  associations_--;
}
