using PerfFlow.Platform.Access;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Reviews;

/// <summary>What became of one ticked row.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="Visit">The visit that was shown.</param>
/// <param name="Refusal">Why it was not approved; null when it was.</param>
public sealed record BatchOutcome(long CaseId, int Visit, Refusal? Refusal);

/// <summary>What a list shows of a filing under review.</summary>
/// <param name="Errors">Open findings that block.</param>
/// <param name="Explained">Warnings, which the unit has explained or they would block.</param>
/// <param name="WhyNot">Why it may not be approved in a batch; null when it may.</param>
public sealed record BatchLook(int Errors, int Explained, Refusal? WhyNot);

/// <summary>
/// 批量通过: the ticked rows and only those, each decided on its own, each with its outcome. There is no batch return: every
/// return needs a reason of its own.
/// </summary>
public sealed class ApproveBatch(DecideReview decide, FilingCases filings, FilingChecker checker)
{
    /// <summary>More at once would be signing unread.</summary>
    public const int MaxRows = 100;

    /// <summary>Approves what may be approved unseen: no open finding, no disputed answer. <paramref name="batchId"/> makes the act answer once per row.</summary>
    public async Task<Outcome<IReadOnlyList<BatchOutcome>>> RunAsync(Viewer viewer, IReadOnlyList<(long CaseId, int Visit)> rows, string opinion, Guid batchId, CancellationToken ct)
    {
        if (rows.Count is 0 or > MaxRows)
        {
            return new Refusal("batch-size", MaxRows);
        }

        // Side by side, so that the runner commits them together.
        var outcomes = await Task.WhenAll(rows.Distinct().Select(async row =>
        {
            var decision = new ReviewDecision { CaseId = row.CaseId, Visit = row.Visit, CommandId = CommandId.Of($"batch {batchId} {row.CaseId} {row.Visit}"), Outcome = DecideReview.Approve, Text = opinion };
            var eligible = await EligibleAsync(viewer, row.CaseId, row.Visit, ct);

            // A visit that is closed may have been closed by this very batch, sent twice: the decision knows.
            return eligible is { Code: not "visit-closed" }
                ? new BatchOutcome(row.CaseId, row.Visit, eligible)
                : new BatchOutcome(row.CaseId, row.Visit, (await decide.RunAsync(viewer, decision, ct)).Refusal);
        }));
        return outcomes;
    }

    /// <summary>Why a row may not be approved in a batch; null when it may. Shown before the act as well.</summary>
    public async Task<Refusal?> EligibleAsync(Viewer viewer, long caseId, int visit, CancellationToken ct)
    {
        var look = await LookAsync(viewer, caseId, visit, ct);
        return look.Ok ? look.Value.WhyNot : look.Refusal;
    }

    /// <summary>The findings of a row in numbers, with its eligibility.</summary>
    public async Task<Outcome<BatchLook>> LookAsync(Viewer viewer, long caseId, int visit, CancellationToken ct)
    {
        var found = await filings.FindAsync(viewer, caseId, ct);
        if (found.Refusal is { } missing)
        {
            return missing;
        }

        var filing = found.Value;
        if (filing.Task is not { Kind: "review" } task || task.Visit != visit || filing.LastRound is not { } round)
        {
            return Refusal.Conflict("visit-closed");
        }

        var report = await checker.RunAsync(filing, FilingCase.Read(round), ct);
        var blocking = report.Findings.Count(f => f.Blocks);
        var whyNot = viewer.MayDecide(task, filing.FilledByReader)
            ?? (filing.OpenDisputes.Any() ? Refusal.Conflict("batch-disputed")
                : blocking > 0 ? Refusal.Conflict("batch-findings", blocking)
                : null);
        return new BatchLook(blocking, report.Findings.Count - blocking, whyNot);
    }
}
