using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Submissions;

/// <summary>
/// 撤回 (T4): the unit takes its submission back while the next step has not looked at it. What it wrote becomes the draft
/// of the new visit; the round stays, marked.
/// </summary>
public sealed class WithdrawFiling(FilingCases filings, WorkflowRunner runner, SaveDraft save)
{
    /// <summary>Why the unit may not withdraw now; null when it may. The page asks it before it shows the button.</summary>
    public static Refusal? Why(Viewer viewer, FilingCase filing)
    {
        // A round of the unit is also its head's to take back; any other belongs to those who hold the role that sent it.
        var refusal = filing.Sender is { Role: not Roles.Unit } sender
            ? viewer.Has(sender.Role, sender.OrganisationId) ? null : Refusal.Forbidden("task-not-yours")
            : viewer.May(Right.Fill, filing.Case);
        return refusal ?? filing switch
        {
            { AllRounds: [] } or { Task: null } => Refusal.Conflict("nothing-to-withdraw"),
            { Task: { Kind: "fill" } own, Sender: { } by } when own.Role == by.Role && own.OrganisationId == by.OrganisationId => Refusal.Conflict("nothing-to-withdraw"),
            { Task: { } task, AllRounds: [.., var round] } when task.OpenedBy != round.Visit => Refusal.Conflict("next-step-decided"),
            { Task.OpenedAt: not null } => Refusal.Conflict("already-opened"),
            _ => null,
        };
    }

    public async Task<Outcome<CaseAnswer>> RunAsync(Viewer viewer, long caseId, Guid commandId, CancellationToken ct)
    {
        var found = await filings.FindAsync(viewer, caseId, ct);
        if (found.Refusal is { } missing)
        {
            return missing;
        }

        var filing = found.Value;
        if (await runner.RepeatedAsync(viewer.UserId, commandId, ct) is { } before)
        {
            return before;
        }

        if (Why(viewer, filing) is { } refusal)
        {
            return refusal;
        }

        var round = filing.AllRounds[^1];
        var outcome = await runner.RunAsync(
            new CaseCommand
            {
                Id = commandId,
                CaseId = caseId,
                Act = new Act.Withdraw(round.Visit, Facts.Of(("due", round.DueAt))),
                Actor = new Actor(viewer.UserId, filing.Sender!.Role, filing.Sender.OrganisationId),
            },
            ct);
        if (outcome is { Ok: true, Value: { Repeated: false } answer })
        {
            var answers = filing.Answers.Where(a => a.Seq == round.Seq).ToDictionary(a => a.Number, a => new AnswerDraft(a.Kind, a.Text));
            await save.RunAsync(viewer, new DraftToSave(caseId, answer.Opened[0], 0, FilingCase.Read(round), answers), ct);
        }

        return outcome;
    }
}
