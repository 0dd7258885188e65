using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Reviews;

/// <summary>通过 or 退回 one filing (T5 to T8). The same act for page, API and batch.</summary>
public sealed class DecideReview(CasesInHand cases, FilingCases filings, WorkflowRunner runner, RegionClock clock, ParameterStore parameters, IEnumerable<IDecisionPart> parts)
{
    public const string Approve = "Approve";

    /// <summary>T8: a return without a usable reason is the complaint this platform is built against.</summary>
    public const int MinReturnText = 10;

    /// <summary>中 and 差 may not be approved: the first is returned and submitted again, the second may not enter the budget (财预〔2015〕88号).</summary>
    private const int WorstApprovable = 1;

    /// <summary>Decisions that must say why: they ask more of somebody, or refuse.</summary>
    private static readonly string[] WithReason = ["Adjust", "Rectify", "NotRectified", "Reject", Extensions.Refuse, Extensions.Ask, Participant.Reply];

    public static bool NeedsReason(string outcome) => WithReason.Contains(outcome);

    /// <summary>
    /// The outcomes that this case's open step offers now; a return to a department step only where there is one. Of a step
    /// in which something is filled in, those beside handing it in.
    /// </summary>
    public static IReadOnlyList<string> OutcomesOf(CaseInHand filing) => filing.Step is not { } step || filing.Task is null
        ? []
        : filing.Seat is { Place: ParticipantPlace.Asked } ? [Participant.Reply]
        : [.. step.Outcomes.Where(o => o != "Submit" && (o != "ReturnToDepartment" || filing.Case.UnitId != filing.Case.DepartmentId))];

    public async Task<Outcome<CaseAnswer>> RunAsync(Viewer viewer, ReviewDecision request, CancellationToken ct)
    {
        var found = await cases.FindAsync(viewer, request.CaseId, Extensions.Concerns(request.Outcome), ct);
        if (found.Refusal is { } missing)
        {
            return missing;
        }

        var filing = found.Value;
        var part = parts.FirstOrDefault(p => p.Definition == filing.Definition);
        if (filing.Task is not { } task || filing.Step is not { } step || task.Visit != request.Visit)
        {
            if (await runner.RepeatedAsync(viewer.UserId, request.CommandId, ct) is not { } before)
            {
                return Refusal.Conflict("visit-closed");
            }

            await FollowAsync(part, request.CaseId, ct);
            return before;
        }

        if (viewer.MayDecide(task, filing.FilledByReader) is { } refusal)
        {
            return refusal;
        }

        if (!OutcomesOf(filing).Contains(request.Outcome))
        {
            return new Refusal("unknown-outcome", request.Outcome);
        }

        var verdicts = VerdictsOf(request, filing, step.Returns.Contains(request.Outcome));
        if (verdicts.Refusal is { } wrong)
        {
            return wrong;
        }

        var upheld = verdicts.Value.Where(v => v.Verdict == Verdicts.Upheld).Join(filing.Comments, v => v.Number, c => c.Number, (_, c) => new CommentDraft(c.Place, c.Code, c.Text));
        var comments = request.Comments.Where(c => c.Text.Trim().Length > 0).ToList();
        comments.AddRange(upheld.Where(u => !comments.Exists(c => c.Place == u.Place && c.Code == u.Code)).ToList());
        var round = filing.FiledRound;
        var rows = new List<FeatureRow>();
        var now = clock.Now(task.RegionId);
        var facts = StepFacts.Of(filing, request.Outcome, parameters.Calendar(task.RegionId), BusinessDay.Of(now)).With("outcome", request.Outcome).With("round", round);
        if (step.Returns.Contains(request.Outcome))
        {
            if (CheckReturn(request, filing) is { } incomplete)
            {
                return incomplete;
            }

            var due = BusinessDay.DueInstant(request.Due!.Value);
            rows.Add(new FeatureRow(ReturnRow.Table.Name, task.Visit, round, string.Join(',', request.Reasons), request.Text.Trim(), request.Outcome, due));
            facts = facts.With("due", due).With("reasons", request.Reasons);
        }
        else
        {
            if (Check(request, filing) is { } incomplete)
            {
                return incomplete;
            }

            if (request.Outcome == Extensions.Grant)
            {
                facts = facts.With("due", BusinessDay.DueInstant(request.Due!.Value));
            }

            rows.AddRange(Extensions.Rows(filing, request.Outcome, request.Due));

            if (request.Text.Trim().Length > 0 || request.Rating is not null)
            {
                rows.Add(new FeatureRow(OpinionRow.Table.Name, task.Visit, round, request.Text.Trim(), request.Rating?.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            }
        }

        if (part is not null && request.Outcome != Participant.Reply)
        {
            var whole = await filings.FindAsync(viewer, request.CaseId, ct);
            if (whole.Refusal is { } gone)
            {
                return gone;
            }

            if (whole.Value.Task?.Visit != task.Visit)
            {
                return Refusal.Conflict("visit-closed");
            }

            var judged = await part.JudgeAsync(whole.Value, request, ct);
            if (judged.Refusal is { } open)
            {
                return open;
            }

            rows.AddRange(judged.Value);
        }

        var number = filing.NextComment;
        rows.AddRange(comments.Select(c => new FeatureRow(CommentRow.Table.Name, round, number++, c.Place, c.Code, c.Text.Trim(), filing.Kind.Code)));
        rows.AddRange(verdicts.Value.Select(v => new FeatureRow(VerdictRow.Table.Name, round, v.Number, v.Verdict)));
        var answer = await runner.RunAsync(
            new CaseCommand
            {
                Id = request.CommandId,
                CaseId = request.CaseId,
                Act = new Act.Complete(task.Visit, facts),
                Actor = new Actor(viewer.UserId, task.Role, task.OrganisationId),
                Rows = rows,
            }.SignedBy(viewer, task),
            ct);
        if (answer.Ok)
        {
            await FollowAsync(part, request.CaseId, ct);
        }

        return answer;
    }

    private static Task FollowAsync(IDecisionPart? part, long caseId, CancellationToken ct) => part?.FollowAsync(caseId, ct) ?? Task.CompletedTask;

    private Refusal? Check(ReviewDecision request, CaseInHand filing)
    {
        if (request.Rating > WorstApprovable && filing.Kind is GoalFiling)
        {
            return new Refusal("rating-must-return") { Field = "rating" };
        }

        if (NeedsReason(request.Outcome) && request.Text.Trim().Length < MinReturnText)
        {
            return new Refusal("decision-needs-text", MinReturnText) { Field = "text" };
        }

        return !Extensions.NamesDay(request.Outcome) ? null
            : CheckDue(request.Due, filing) ?? Extensions.Check(filing, request.Due!.Value);
    }

    /// <summary>What becomes a row: the verdicts given, and on approval the acceptance of every other dispute.</summary>
    private static Outcome<IReadOnlyList<CommentVerdict>> VerdictsOf(ReviewDecision request, CaseInHand filing, bool isReturn)
    {
        var open = filing.OpenDisputes.Select(a => a.Number).ToHashSet();
        var given = request.Verdicts.DistinctBy(v => v.Number).OrderBy(v => v.Number).ToList();
        if (given.Find(v => !open.Contains(v.Number) || !Verdicts.IsKnown(v.Verdict)) is { } none)
        {
            return new Refusal("verdict-not-disputed", none.Number);
        }

        if (!isReturn && given.Find(v => v.Verdict == Verdicts.Upheld) is { } kept)
        {
            return new Refusal("verdict-upheld", kept.Number);
        }

        return request.Outcome == Approve ? open.Order().Select(number => new CommentVerdict(number, Verdicts.Accepted)).ToList() : given;
    }

    private Refusal? CheckReturn(ReviewDecision request, CaseInHand filing)
    {
        if (request.Reasons.Count == 0 || request.Reasons.Any(r => ReturnReasons.Find(r) is null))
        {
            return new Refusal("return-needs-reason") { Field = "reasons" };
        }

        if (request.Text.Trim().Length < MinReturnText)
        {
            return new Refusal("return-needs-text", MinReturnText) { Field = "text" };
        }

        return CheckDue(request.Due, filing);
    }

    private Refusal? CheckDue(DateOnly? asked, CaseInHand filing) => CheckDue(asked, clock.Today(filing.Case.RegionId), parameters.Calendar(filing.Case.RegionId));

    /// <summary>A due day that is given with a return: a working day to come; null = it will do.</summary>
    internal static Refusal? CheckDue(DateOnly? asked, DateOnly today, WorkingCalendar calendar)
    {
        if (asked is not { } due || due <= today)
        {
            return new Refusal("return-needs-due", today.AddDays(1)) { Field = "due" };
        }

        return calendar.IsWorkingDay(due) ? null : new Refusal("due-on-rest-day", calendar.OnWorkingDay(due)) { Field = "due" };
    }
}
