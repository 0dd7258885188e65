using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Submissions;

/// <summary>送审: hands in the draft as it was shown.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="Visit">The visit of the fill step.</param>
/// <param name="Version">The version of the draft that the clerk saw.</param>
/// <param name="CommandId">Answers once.</param>
public sealed record Submission(long CaseId, int Visit, int Version, Guid CommandId);

/// <summary>
/// Submits a draft (T3): no error, every warning explained, every comment answered. The draft becomes a round, which
/// nobody changes any more.
/// </summary>
public sealed class SubmitFiling(FilingCases filings, FilingChecker checker, WorkflowRunner runner, RegionClock clock, ParameterStore parameters)
{
    public async Task<Outcome<CaseAnswer>> RunAsync(Viewer viewer, Submission request, CancellationToken ct)
    {
        var found = await filings.FindAsync(viewer, request.CaseId, ct);
        if (found.Refusal is { } missing)
        {
            return missing;
        }

        var filing = found.Value;
        if (filing.Task is not { Kind: "fill" } task || task.Visit != request.Visit)
        {
            return await runner.RepeatedAsync(viewer.UserId, request.CommandId, ct) is { } answer ? answer : Refusal.Conflict("visit-closed");
        }

        if (viewer.MayDecide(task, filledIt: false) is { } refusal)
        {
            return refusal;
        }

        if (filing.Draft is not { } draft || draft.Version != request.Version)
        {
            return Refusal.Conflict("draft-moved");
        }

        // Settled once more: what the platform computes is computed from what it knows now.
        var form = filing.Kind.Settle(FormContent.FromJson(filing.Kind.Layout, draft.Form), filing.Prefilled, filing);
        var answers = filing.DraftAnswers;
        var open = filing.OpenComments.Where(c => !answers.TryGetValue(c.Number, out var a) || !a.Complete).ToList();
        if (open.Count > 0)
        {
            return new Refusal("comments-unanswered", open.Count, open[0].Number, open[0].Text) { Field = open[0].Place };
        }

        var report = await checker.RunAsync(filing, form, ct);
        if (!report.CanSubmit)
        {
            return new Refusal("checks-failed", report.Errors.Count(), report.Unexplained.Count());
        }

        var now = clock.Now(task.RegionId);
        var due = task.DueAt ?? now;
        var late = now > due ? parameters.Calendar(task.RegionId).WorkingDaysBetween(BusinessDay.DueDate(due), BusinessDay.Of(now)) : 0;
        // The bytes that are hashed are the bytes that are stored.
        var bytes = form.ToJson();
        var sha256 = SHA256.HashData(bytes);
        var rows = new List<FeatureRow>
        {
            new(RoundRow.Table.Name, filing.NextRound, task.Visit, Encoding.UTF8.GetString(bytes), sha256, report.RuleSet, draft.Source, draft.FileId, draft.SavedBy, due, late, filing.Kind.Code),
        };
        rows.AddRange(filing.OpenComments.Select(c => new FeatureRow(AnswerRow.Table.Name, filing.NextRound, c.Number, answers[c.Number].Kind, answers[c.Number].Text)));
        return await runner.RunAsync(
            new CaseCommand
            {
                Id = request.CommandId,
                CaseId = request.CaseId,
                Act = new Act.Complete(
                    task.Visit,
                    StepFacts.Of(filing, "Submit", parameters.Calendar(task.RegionId), BusinessDay.Of(now))
                        .With("outcome", "Submit").With("round", filing.NextRound).With("sha256", Convert.ToHexStringLower(sha256)).With("late", late)),
                Actor = new Actor(viewer.UserId, task.Role, task.OrganisationId),
                Guards = [new Guard("drafts", draft.Id, draft.Version)],
                Rows = rows,
            }.SignedBy(viewer, task),
            ct);
    }
}
