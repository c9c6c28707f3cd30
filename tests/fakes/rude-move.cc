/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rude-pacs.hh"

#include <dcmtk/dcmnet/diutil.h>
#include <dcmtk/dcmnet/dul.h>

#include <unistd.h>

#include <set>

namespace
{

const int before_gate = 2;

class Move
{
public:
  Move (T_ASC_Association *association,
        Archive &archive,
        const Faults &faults,
        const std::string &aet,
        T_ASC_PresentationContextID context,
        const T_DIMSE_C_MoveRQ &request)
      : association_ (association), archive_ (archive), faults_ (faults), aet_ (aet),
        context_ (context), request_ (request), sender_ (nullptr, archive, faults)
  {
  }
  ~Move () { hang_up (); }
  Move (const Move &) = delete;
  Move &operator= (const Move &) = delete;

  bool run ();

private:
  bool answer (DIC_US status);
  bool call (const std::vector<const Instance *> &selected);
  void hang_up ();
  bool propose (const std::vector<const Instance *> &selected);
  bool is_cancelled ();
  bool send_one (const Instance &instance);
  bool send_all (const std::vector<const Instance *> &selected);

  T_ASC_Association *association_; /* the one of the request */
  Archive &archive_;
  const Faults &faults_;
  std::string aet_;
  T_ASC_PresentationContextID context_;
  const T_DIMSE_C_MoveRQ &request_;
  Sender sender_;
  T_ASC_Network *network_ = nullptr;
  T_ASC_Parameters *parameters_ = nullptr;
  T_ASC_Association *storage_ = nullptr;
  bool answered_ = false;
};

void
Move::hang_up ()
{
  if (storage_ != nullptr)
    {
      ASC_releaseAssociation (storage_);
      ASC_destroyAssociation (&storage_);
    }
  if (network_ != nullptr)
    ASC_dropNetwork (&network_);
}

bool
Move::propose (const std::vector<const Instance *> &selected)
{
  std::set<std::pair<std::string, std::string> > kinds;
  int id = 1;

  for (const Instance *instance : selected)
    kinds.insert ({ instance->get (DCM_SOPClassUID), instance->transfer_syntax });
  for (const auto &kind : kinds)
    {
      const char *syntaxes[] = { kind.second.c_str () };

      if (ASC_addPresentationContext (parameters_, (T_ASC_PresentationContextID) id,
                                      kind.first.c_str (), syntaxes, 1)
              .bad ())
        return false;
      id += 2;
    }
  return true;
}

/* Calls the destination. */
bool
Move::call (const std::vector<const Instance *> &selected)
{
  auto destination = faults_.destinations.find (request_.MoveDestination);
  std::string called = faults_.call_for.empty () ? request_.MoveDestination : faults_.call_for;
  std::string calling = faults_.call_as.empty () ? aet_ : faults_.call_as;
  std::string address = "127.0.0.1:" + std::to_string (destination->second);

  hang_up ();
  if (ASC_initializeNetwork (NET_REQUESTOR, 0, 30, &network_).bad () ||
      ASC_createAssociationParameters (&parameters_, ASC_DEFAULTMAXPDU).bad ())
    return false;
  ASC_setAPTitles (parameters_, calling.c_str (), called.c_str (), nullptr);
  ASC_setPresentationAddresses (parameters_, "rude", address.c_str ());
  if (!propose (selected) || ASC_requestAssociation (network_, parameters_, &storage_).bad ())
    return false;
  sender_.change_association (storage_);
  return true;
}

bool
Move::answer (DIC_US status)
{
  T_DIMSE_C_MoveRSP response = {};
  DcmDataset failed;
  bool with_uids = status != STATUS_Pending && !sender_.failed_uids.empty ();

  if (answered_ || (faults_.no_pending && status == STATUS_Pending))
    return true;
  response.MessageIDBeingRespondedTo = request_.MessageID;
  response.DimseStatus = status;
  response.DataSetType = with_uids ? DIMSE_DATASET_PRESENT : DIMSE_DATASET_NULL;
  response.NumberOfRemainingSubOperations = sender_.remaining;
  response.NumberOfCompletedSubOperations = sender_.completed;
  response.NumberOfFailedSubOperations = sender_.failed;
  response.opts = O_MOVE_AFFECTEDSOPCLASSUID | O_MOVE_NUMBEROFCOMPLETEDSUBOPERATIONS |
                  O_MOVE_NUMBEROFFAILEDSUBOPERATIONS | O_MOVE_NUMBEROFWARNINGSUBOPERATIONS;
  if (status == STATUS_Pending || status == STATUS_MOVE_Cancel)
    response.opts |= O_MOVE_NUMBEROFREMAININGSUBOPERATIONS;
  OFStandard::strlcpy (response.AffectedSOPClassUID, request_.AffectedSOPClassUID,
                       sizeof response.AffectedSOPClassUID);
  if (with_uids)
    failed.putAndInsertString (DCM_FailedSOPInstanceUIDList, sender_.failed_uids.c_str ());
  return DIMSE_sendMoveResponse (association_, context_, &request_, &response,
                                 with_uids ? &failed : nullptr, nullptr)
      .good ();
}

bool
Move::is_cancelled ()
{
  return !answered_ && ASC_dataWaiting (association_, 0) &&
         DIMSE_checkForCancelRQ (association_, context_, request_.MessageID).good ();
}

/* One whose association broke is a failed sub-operation; the next one gets a new association. */
bool
Move::send_one (const Instance &instance)
{
  const std::vector<const Instance *> alone = { &instance };

  sender_.remaining--;
  if (faults_.one_each && !call (alone))
    sender_.failed++;
  else if (!sender_.send_numbered (instance, archive_.number_of (instance)))
    {
      sender_.failed++;
      ASC_abortAssociation (storage_);
      call (alone);
    }
  return answer (STATUS_Pending);
}

bool
Move::send_all (const std::vector<const Instance *> &selected)
{
  int sent = 0;

  for (const Instance *instance : selected)
    {
      usleep ((useconds_t) faults_.slow_ms * 1000);
      while (sent == before_gate && !faults_.gate.empty () &&
             access (faults_.gate.c_str (), F_OK) != 0)
        usleep (10 * 1000);
      if (is_cancelled ())
        return answer (STATUS_MOVE_Cancel);
      if (faults_.early && sender_.remaining == 2)
        {
          sender_.completed = (DIC_US) (sender_.completed + 2);
          answered_ = answer (STATUS_Success);
          usleep (300 * 1000);
        }
      if (++sent > (int) selected.size () - faults_.fewer)
        sender_.completed++;
      else if (!send_one (*instance))
        return false;
      if (sent == faults_.die_after)
        _exit (0);
    }
  archive_.reveal ();
  return answer (sender_.failed > 0 ? STATUS_MOVE_Warning_SubOperationsCompleteOneOrMoreFailures
                                    : STATUS_Success);
}

bool
Move::run ()
{
  auto keys = receive_keys (association_, context_);

  if (keys == nullptr)
    return false;
  if (faults_.destinations.count (request_.MoveDestination) == 0)
    return answer (STATUS_MOVE_Failed_MoveDestinationUnknown);

  std::vector<const Instance *> selected = archive_.select (*keys);

  sender_.remaining = (DIC_US) selected.size ();
  if (!faults_.no_originator)
    {
      sender_.originator_aet = association_->params->DULparams.callingAPTitle;
      sender_.originator_id = request_.MessageID;
    }
  if (!call (selected))
    return answer (STATUS_MOVE_Refused_OutOfResourcesSubOperations);
  if (faults_.extra && !sender_.send_extra ())
    return false;
  return send_all (selected);
}

} // namespace

bool
move_images (T_ASC_Association *association,
             Archive &archive,
             const Faults &faults,
             const std::string &aet,
             T_ASC_PresentationContextID context,
             const T_DIMSE_C_MoveRQ &request)
{
  return Move (association, archive, faults, aet, context, request).run ();
}
