using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine.Definitions;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Inbox;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Rectification;
using PerfFlow.Platform.Results;
using PerfFlow.Platform.Signers;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Reviews;

/// <summary>All that one reader may know of a filing under review or after it, for page and API.</summary>
public sealed record ReviewView
{
    public required FilingCase Filing { get; init; }

    /// <summary>One of <see cref="CaseStates"/>.</summary>
    public required CaseStateRow State { get; init; }

    /// <summary>The open step; null when the case has ended.</summary>
    public HumanStep? Step { get; init; }

    /// <summary>Who holds the open step.</summary>
    public Body? Holder { get; init; }

    /// <summary>The person to whom it was handed by name.</summary>
    public string? HolderPerson { get; init; }

    /// <summary>Name of the step that follows an approval now; null when that ends the case, or nothing is under review.</summary>
    public string? NextStep { get; init; }

    public required DateOnly? DueDay { get; init; }

    public required int DaysLeft { get; init; }

    public string? NoticeNumber { get; init; }

    public string? NoticeTitle { get; init; }

    /// <summary>The checks on the last round; null when nothing was filed yet.</summary>
    public CheckReport? Report { get; init; }

    /// <summary>Names of other units in the findings that this reader may be told: finance reviewers, of units they see (V1, V3).</summary>
    public required IReadOnlyCollection<string> OthersSeen { get; init; }

    /// <summary>What the year before says of the same project; null where nothing is known.</summary>
    public LastYearView? LastYear { get; init; }

    /// <summary>Null when this reader may hand the open task to somebody of its body.</summary>
    public required Refusal? WhyNotHandOver { get; init; }

    public required IReadOnlyList<TrailLine> Trail { get; init; }

    /// <summary>Where the case came from and what came of it.</summary>
    public IReadOnlyList<RelatedCase> Related { get; init; } = [];

    /// <summary>What this reader may make of it now: an order to rectify, a result.</summary>
    public FollowUps FollowUps { get; init; } = FollowUps.None;

    /// <summary>Of a rectification its problem lines; else empty.</summary>
    public IReadOnlyList<RectificationLine> Lines { get; init; } = [];

    /// <summary>The round this reader had seen before this look; 0 = none.</summary>
    public required int Seen { get; init; }

    public required KeptNotes Notes { get; init; }

    /// <summary>What this reader may decide now; empty where nothing.</summary>
    public required IReadOnlyList<string> Outcomes { get; init; }

    /// <summary>Why the reader may not decide the open review; null when they may or nothing is open.</summary>
    public Refusal? WhyNot { get; init; }

    /// <summary>Who signs the open step, where several do; empty where one person decides.</summary>
    public IReadOnlyList<SignerLine> Signers { get; init; } = [];

    /// <summary>The reader's own last decision, which they may take back or not.</summary>
    public Takeable? TakeBack { get; init; }

    /// <summary>Null when this reader may take the approval back now.</summary>
    public required Refusal? WhyNotReopen { get; init; }

    /// <summary>Null when this reader, of the filing unit, may take the submission back now.</summary>
    public required Refusal? WhyNotWithdraw { get; init; }

    public required DateOnly Today { get; init; }

    /// <summary>The due day proposed on a return.</summary>
    public required DateOnly ProposedDue { get; init; }

    /// <summary>3, 5 and 7 working days from today.</summary>
    public required IReadOnlyList<(int Days, DateOnly Day)> DueChoices { get; init; }

    public bool MayDecide => Outcomes.Count > 0;

    /// <summary>Returns so far, by whomever.</summary>
    public int Returns => Filing.Returns.Count;
}

/// <summary>Reads a filing for its reviewer, or for anybody else who may see it; marks the look.</summary>
public sealed class ReadReview(
    FilingCases filings, FilingChecker checker, OpenReview open, TakeBackDecision takeBack, KeepNotes notes, ReadTrail trail, DueWindows windows, DefinitionCatalog catalog,
    ParameterStore parameters, RegionClock clock, SecurityLog log, IDbContextFactory<PlatformDb> databases)
{
    public async Task<Outcome<ReviewView>> RunAsync(Viewer viewer, long caseId, CancellationToken ct)
    {
        var found = await filings.FindAsync(viewer, caseId, ct);
        if (found.Refusal is { } missing)
        {
            return missing;
        }

        var filing = found.Value;
        await log.ViewedAsync(viewer, filing.Case, "detail", filing.Named, ct);
        var seen = await open.RunAsync(viewer, filing, ct);
        await using var db = await databases.CreateDbContextAsync(ct);
        var state = await db.CaseStates.AsNoTracking().FirstAsync(s => s.CaseId == caseId, ct);
        var task = filing.Task;
        var holder = task is null ? null : await db.Organisations.AsNoTracking().FirstOrDefaultAsync(o => o.Id == task.OrganisationId, ct);
        var person = task?.PersonId is { } id ? await db.Users.Where(u => u.Id == id).Select(u => u.Name).FirstOrDefaultAsync(ct) : null;
        var about = await db.Notices.Where(n => n.Id == filing.Case.NoticeId).Select(n => new { n.Title, n.PerformanceReviews }).FirstOrDefaultAsync(ct);
        var number = (await db.NoticeStates.AsNoTracking().FirstOrDefaultAsync(s => s.NoticeId == filing.Case.NoticeId, ct))?.Number;
        var (region, whyNot) = (filing.Case.RegionId, WhyNot(viewer, filing));
        var related = await RelatedCases.OfAsync(db, viewer, filing.Case, catalog, ct);
        var (today, calendar) = (clock.Today(region), parameters.Calendar(region));
        var (day, left) = windows.Of(region, task?.DueAt);
        var report = filing.LastRound is { } round ? await checker.RunAsync(filing, FilingCase.Read(round), ct) : null;
        return new ReviewView
        {
            Filing = filing,
            State = state,
            Step = filing.Step,
            Holder = holder,
            HolderPerson = person,
            NextStep = NextStep(filing, about?.PerformanceReviews ?? false),
            DueDay = day,
            DaysLeft = left,
            NoticeNumber = number,
            NoticeTitle = about?.Title,
            Report = report,
            OthersSeen = await OthersSeenAsync(db, viewer, filing, report, ct),
            LastYear = await ReadLastYear.RunAsync(db, viewer, filing, catalog, ct),
            WhyNotHandOver = filing.Task is { } held ? viewer.May(Right.Reassign, held) : Refusal.Conflict("visit-closed"),
            Trail = await trail.RunAsync(filing, ct),
            Related = related,
            FollowUps = FollowUps.Of(viewer, filing, related),
            Lines = await LineVerdicts.OfAsync(db, caseId, ct),
            Seen = seen,
            Notes = whyNot is null && task is { Kind: "review" } ? await notes.ReadAsync(viewer, caseId, task.Visit, ct) : new KeptNotes(ReviewNotes.Empty, null),
            // A step in which something is filled in is decided on the page of the form, by those who hold it.
            Outcomes = filing.Task is { Kind: not "fill" } && whyNot is null ? DecideReview.OutcomesOf(filing) : [],
            WhyNot = whyNot,
            Signers = SignerLine.Now(await ReadSigners.LinesAsync(db, viewer, filing, ct)),
            TakeBack = await takeBack.FindAsync(viewer, filing, ct),
            WhyNotReopen = filing.Case.EndedAt is null || state.State != CaseStates.Approved ? Refusal.Conflict("not-finished") : viewer.May(Right.Reopen, filing.Case),
            WhyNotWithdraw = WithdrawFiling.Why(viewer, filing),
            Today = today,
            ProposedDue = calendar.AddWorkingDays(today, parameters.For(region, 0).Get(ParameterRegister.NodeLimit)),
            DueChoices = [.. ((int[])[3, 5, 7]).Select(d => (d, calendar.AddWorkingDays(today, d)))],
        };
    }

    /// <summary>Why the viewer may not decide the open review; null when they may, or when no review is open.</summary>
    public static Refusal? WhyNot(Viewer viewer, FilingCase filing) =>
        filing.Task is { Kind: "review" } task ? viewer.MayDecide(task, filing.FilledByReader) : null;

    private static async Task<IReadOnlyCollection<string>> OthersSeenAsync(PlatformDb db, Viewer viewer, FilingCase filing, CheckReport? report, CancellationToken ct)
    {
        var named = (report?.Findings ?? []).Select(f => f.OtherUnit).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        return named.Count == 0 || !(viewer.Has(Roles.Performance) || viewer.Has(Roles.Section))
            ? []
            : await db.Cases.VisibleTo(viewer).Where(c => c.NoticeId == filing.Case.NoticeId)
                .Join(db.Organisations, c => c.UnitId, o => o.Id, (_, o) => o.Name).Where(n => named.Contains(n)).Distinct().ToListAsync(ct);
    }

    private string? NextStep(FilingCase filing, bool performanceReviews)
    {
        var role = filing.Task?.Role switch { Roles.Department => Roles.Section, Roles.Section when performanceReviews => Roles.Performance, _ => null };
        return role is null ? null : catalog.StepsOf(filing.Case.Definition).FirstOrDefault(s => s.Role == role)?.Name;
    }

    /// <summary>Who closed a visit and how, for those who came too late; null while it is open or unknown.</summary>
    public async Task<TrailLine?> ClosedAsync(Viewer viewer, long caseId, int visit, CancellationToken ct)
    {
        var found = await filings.FindAsync(viewer, caseId, ct);
        if (!found.Ok || (found.Value.Task is { } task && task.Visit == visit))
        {
            return null;
        }

        var lines = await trail.RunAsync(found.Value, ct);
        return lines.LastOrDefault(l => l.Visit == visit && l.Act is "Complete" or "Withdraw" or "ReturnTo") ?? lines.LastOrDefault(l => l.Act is not "FireTimer");
    }
}
