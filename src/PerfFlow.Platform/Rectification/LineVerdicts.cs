using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Results;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Rectification;

/// <summary>A problem line and where it stands.</summary>
/// <param name="Verdict">The newest: <see cref="LineVerdicts.Closed"/>, <see cref="LineVerdicts.Returned"/>; null before the first.</param>
/// <param name="Reason">Of the newest verdict.</param>
/// <param name="Round">Of the newest verdict; 0 before the first.</param>
public sealed record RectificationLine(int Number, string Text, string Demand, string? Verdict, string Reason, int Round)
{
    public bool Closed => Verdict == LineVerdicts.Closed;
}

/// <summary>
/// The review of a rectification line by line (domain.md §3.9): a return by finance names the lines that go back, each with
/// its own reason, and closes the others; an agreement closes all. A closed line stays closed unless finance names it again.
/// </summary>
public sealed class LineVerdicts(IDbContextFactory<PlatformDb> databases, OpenResult results) : IDecisionPart
{
    public const string Closed = "closed";
    public const string Returned = "returned";

    /// <summary>A line goes back with a reason that somebody can act on.</summary>
    public const int MinReason = 5;
    public const int MaxReason = 500;

    public string Definition => OrderRectification.Definition;

    /// <summary>The lines of an order with their newest verdicts; none for any other case.</summary>
    public static async Task<IReadOnlyList<RectificationLine>> OfAsync(PlatformDb db, long caseId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(db);
        var problems = await db.Problems.AsNoTracking().Where(p => p.CaseId == caseId).OrderBy(p => p.Number).ToListAsync(ct);
        if (problems.Count == 0)
        {
            return [];
        }

        var verdicts = await db.LineVerdicts.AsNoTracking().Where(v => v.CaseId == caseId).OrderBy(v => v.Seq).ToListAsync(ct);
        return [.. problems.Select(p =>
        {
            var last = verdicts.LastOrDefault(v => v.Number == p.Number);
            return new RectificationLine(p.Number, p.Text, p.Demand, last?.Verdict, last?.Reason ?? "", last?.Round ?? 0);
        })];
    }

    public async Task<Outcome<IReadOnlyList<FeatureRow>>> JudgeAsync(FilingCase filing, ReviewDecision decision, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(filing);
        ArgumentNullException.ThrowIfNull(decision);
        await using var db = await databases.CreateDbContextAsync(ct);
        var lines = await OfAsync(db, filing.Case.Id, ct);
        var round = filing.LastRound?.Round ?? 0;
        var finance = filing.Task!.Role is Roles.Section or Roles.Performance or Roles.Leader;
        if (!finance || decision.Outcome is not ("Return" or DecideReview.Approve))
        {
            return decision.Lines.Count == 0 ? None : new Refusal("lines-not-judged") { Field = "lines" };
        }

        if (decision.Outcome == DecideReview.Approve)
        {
            // The leader's agreement says that it was not rectified: it closes nothing.
            return decision.Lines.Count > 0 ? new Refusal("lines-returned", decision.Lines.Count) { Field = "lines" }
                : filing.Task.Role == Roles.Leader ? None
                : Rows(lines.Where(l => !l.Closed).Select(l => Row(round, l.Number, Closed, "")));
        }

        if (CheckReturn(decision.Lines, lines, round, filing.Task.Role) is { } refusal)
        {
            return refusal;
        }

        var returned = decision.Lines.ToDictionary(l => l.Number, l => l.Reason.Trim());
        // Before the first response there is nothing to close.
        return Rows(lines.Where(l => returned.ContainsKey(l.Number) || (!l.Closed && round > 0 && filing.Task.Role != Roles.Leader))
            .Select(l => returned.TryGetValue(l.Number, out var reason) ? Row(round, l.Number, Returned, reason) : Row(round, l.Number, Closed, "")));
    }

    /// <summary>整改不到位 confirmed by the leader opens a proposal to apply it to the budget.</summary>
    public async Task FollowAsync(long caseId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.CaseStates.AnyAsync(c => c.CaseId == caseId && c.State == CaseStates.NotRectified, ct))
        {
            await results.OfRectificationAsync(caseId, ct);
        }
    }

    private static Refusal? CheckReturn(IReadOnlyList<ReturnedLine> returned, IReadOnlyList<RectificationLine> lines, int round, string role)
    {
        if (returned.Count == 0)
        {
            // The leader may send everything back that is open; where all was closed he says what is not.
            var nothing = role == Roles.Leader && lines.Any(l => !l.Closed);
            return nothing ? null : new Refusal("return-needs-line") { Field = "lines" };
        }

        if (returned.Select(l => l.Number).Distinct().Count() != returned.Count || returned.Any(r => lines.All(l => l.Number != r.Number)))
        {
            return new Refusal("line-unknown") { Field = "lines" };
        }

        var short_ = returned.FirstOrDefault(l => l.Reason.Trim().Length is < MinReason or > MaxReason);
        return short_ is null ? null : new Refusal("line-needs-reason", short_.Number, MinReason) { Field = $"line-reason-{short_.Number}" };
    }

    private static Outcome<IReadOnlyList<FeatureRow>> None => Rows([]);

    private static Outcome<IReadOnlyList<FeatureRow>> Rows(IEnumerable<FeatureRow> rows) => rows.ToList();

    private static FeatureRow Row(int round, int number, string verdict, string reason) => new(LineVerdictRow.Table.Name, round, number, verdict, reason);
}
