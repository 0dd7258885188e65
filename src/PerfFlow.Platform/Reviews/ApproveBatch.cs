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
            var eligible = await EligibleAsync(viewer, row.CaseId, row.Visit, ct);
            if (eligible is not null)
            {
                return new BatchOutcome(row.CaseId, row.Visit, eligible);
            }

            var decision = new ReviewDecision { CaseId = row.CaseId, Visit = row.Visit, CommandId = CommandId.Of($"batch {batchId} {row.CaseId} {row.Visit}"), Outcome = DecideReview.Approve, Text = opinion };
            return new BatchOutcome(row.CaseId, row.Visit, (await decide.RunAsync(viewer, decision, ct)).Refusal);
        }));
        return outcomes;
    }

    /// <summary>Why a row may not be approved in a batch; null when it may. Shown before the act as well.</summary>
    public async Task<Refusal?> EligibleAsync(Viewer viewer, long caseId, int visit, CancellationToken ct)
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

        if (filing.Answers.Any(a => a.Round == round.Round && a.Kind == "disputed"))
        {
            return Refusal.Conflict("batch-disputed");
        }

        var report = await checker.RunAsync(filing, FilingCase.Read(round.Form), ct);
        return report.Findings.Any(f => f.Blocks) ? Refusal.Conflict("batch-findings", report.Findings.Count(f => f.Blocks)) : null;
    }
}
