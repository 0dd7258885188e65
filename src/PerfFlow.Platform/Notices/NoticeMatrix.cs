using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Notices;

/// <summary>A unit's line of the 下发台账: how many of its cases stand where.</summary>
public sealed record MatrixRow
{
    public required long UnitId { get; init; }

    public required long SectionId { get; init; }

    public required int Items { get; init; }

    /// <summary>万元; 0 for cases of a whole unit.</summary>
    public required decimal Amount { get; init; }

    public required int ToFill { get; init; }

    public required int Draft { get; init; }

    public required int Returned { get; init; }

    public required int Withdrawn { get; init; }

    public required int Department { get; init; }

    public required int Section { get; init; }

    public required int Performance { get; init; }

    public required int DepartmentFill { get; init; }

    public required int FinanceFill { get; init; }

    public required int Agency { get; init; }

    public required int Budget { get; init; }

    public required int Treasury { get; init; }

    public required int Leader { get; init; }

    /// <summary>At another step.</summary>
    public required int Elsewhere { get; init; }

    public required int Faulted { get; init; }

    public required int Approved { get; init; }

    public required int Rejected { get; init; }

    public required int NotRectified { get; init; }

    public required int Waived { get; init; }

    /// <summary>Voided or cancelled.</summary>
    public required int Voided { get; init; }

    /// <summary>Filed at least once.</summary>
    public required int Filed { get; init; }

    /// <summary>Not filed though due: 逾期未报.</summary>
    public required int Late { get; init; }

    /// <summary>Filed, but after the due day: 逾期已报.</summary>
    public required int FiledLate { get; init; }

    /// <summary>Cases that the finance bureau returned at least once.</summary>
    public required int EverReturned { get; init; }

    /// <summary>退回件次 by the finance bureau.</summary>
    public required int Returns { get; init; }

    /// <summary>Open steps of whomever that are past their due instant.</summary>
    public required int Overdue { get; init; }

    /// <summary>The earliest due instant of what is open.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>The earliest due instant that was missed by what has not been filed.</summary>
    public DateTimeOffset? LateSince { get; init; }

    public DateTimeOffset? LastFiledAt { get; init; }

    /// <summary>The latest instant to which an unfiled case was extended.</summary>
    public DateTimeOffset? ExtendedTo { get; init; }

    public string Unit { get; init; } = "";

    public string UnitCode { get; init; } = "";

    public BodyKind UnitKind { get; init; }

    public string SectionName { get; init; } = "";

    /// <summary>When somebody of the unit first read the newest text.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>When it was last urged by hand.</summary>
    public DateTimeOffset? NudgedAt { get; init; }

    /// <summary>Cases that count: all but the waived and voided ones.</summary>
    public int Owed => Items - Waived - Voided;

    /// <summary>Not filed yet and open.</summary>
    public int Filling => ToFill + Draft + Withdrawn + DepartmentFill;

    /// <summary>States of steps that only some links of the chain have.</summary>
    public static IReadOnlyList<string> LaterStates { get; } =
        [CaseStates.DepartmentFill, CaseStates.FinanceFill, CaseStates.Leader, CaseStates.Budget, CaseStates.Treasury, CaseStates.Agency, CaseStates.Open, CaseStates.Faulted];

    public int Reviewing => Department + Section + FinanceFill + Performance + Agency + Budget + Treasury + Leader + Elsewhere + Faulted;

    /// <summary>The least advanced of its cases, as a code of <see cref="CaseStates"/>.</summary>
    public string State => CaseStates.InOrder.FirstOrDefault(state => MatrixFilter.CountOf(this, state) > 0) ?? CaseStates.Voided;
}

/// <summary>
/// The groups of units that the head of the matrix counts and its filter lists: one rule for both, so a figure always
/// equals its list.
/// </summary>
public static class MatrixGroups
{
    public const string All = "all";

    private static readonly Dictionary<string, Func<MatrixRow, bool>> Rules = new(StringComparer.Ordinal)
    {
        [All] = _ => true,
        ["filed"] = r => r.Owed > 0 && r.Filed >= r.Owed,
        ["late"] = r => r.Late > 0,
        ["extended"] = r => r.ExtendedTo is not null,
        ["waived"] = r => r.Waived > 0,
        ["returned-ever"] = r => r.EverReturned > 0,
        ["approved"] = r => r.Owed > 0 && r.Approved == r.Owed,
        // What follows splits all units: each is in exactly one, the first that fits.
        ["part-late"] = r => Part(r) == "part-late",
        ["part-returned"] = r => Part(r) == "part-returned",
        ["part-extended"] = r => Part(r) == "part-extended",
        ["part-filling"] = r => Part(r) == "part-filling",
        ["part-reviewing"] = r => Part(r) == "part-reviewing",
        ["part-approved"] = r => Part(r) == "part-approved",
        ["part-none"] = r => Part(r) == "part-none",
        ["unread"] = r => r.ReadAt is null,
    };

    /// <summary>The parts of the bar; together they are all units.</summary>
    public static IReadOnlyList<string> Parts { get; } =
        ["part-approved", "part-reviewing", "part-returned", "part-filling", "part-extended", "part-late", "part-none"];

    public static IReadOnlyCollection<string> Names => Rules.Keys;

    public static bool Has(string name, MatrixRow row) => Rules[name](row);

    public static bool IsKnown(string? name) => name is not null && Rules.ContainsKey(name);

    /// <summary>The one part of the bar that a unit belongs to.</summary>
    public static string Part(MatrixRow row) =>
        row.Owed == 0 ? "part-none"
        : row.Late > 0 ? "part-late"
        : row.Returned > 0 ? "part-returned"
        : row.Filling > 0 ? (row.ExtendedTo is null ? "part-filling" : "part-extended")
        : row.Reviewing > 0 ? "part-reviewing"
        : "part-approved"; // or rejected, or found not rectified: decided for good
}

/// <summary>What the reader of a matrix chose.</summary>
public sealed record MatrixFilter
{
    /// <summary>One of <see cref="MatrixGroups"/>.</summary>
    public string Show { get; init; } = MatrixGroups.All;

    public long? SectionId { get; init; }

    public BodyKind? Kind { get; init; }

    /// <summary>A code of <see cref="CaseStates"/>: units that have a case there.</summary>
    public string? State { get; init; }

    public string? Name { get; init; }

    /// <summary>问题在前; otherwise by code.</summary>
    public bool ProblemsFirst { get; init; } = true;

    internal bool Takes(MatrixRow row) =>
        MatrixGroups.Has(MatrixGroups.IsKnown(Show) ? Show : MatrixGroups.All, row)
        && (SectionId is null || row.SectionId == SectionId)
        && (Kind is null || row.UnitKind == Kind)
        && (State is null || CountOf(row, State) > 0)
        && (string.IsNullOrWhiteSpace(Name) || row.Unit.Contains(Name.Trim(), StringComparison.OrdinalIgnoreCase) || row.UnitCode.StartsWith(Name.Trim(), StringComparison.Ordinal));

    /// <summary>How many cases of the unit stand in a state.</summary>
    public static int CountOf(MatrixRow row, string state) => state switch
    {
        CaseStates.ToFill => row.ToFill,
        CaseStates.Draft => row.Draft,
        CaseStates.Returned => row.Returned,
        CaseStates.Withdrawn => row.Withdrawn,
        CaseStates.Department => row.Department,
        CaseStates.Section => row.Section,
        CaseStates.Performance => row.Performance,
        CaseStates.DepartmentFill => row.DepartmentFill,
        CaseStates.FinanceFill => row.FinanceFill,
        CaseStates.Agency => row.Agency,
        CaseStates.Budget => row.Budget,
        CaseStates.Treasury => row.Treasury,
        CaseStates.Leader => row.Leader,
        CaseStates.Open => row.Elsewhere,
        CaseStates.Faulted => row.Faulted,
        CaseStates.Approved => row.Approved,
        CaseStates.Rejected => row.Rejected,
        CaseStates.NotRectified => row.NotRectified,
        CaseStates.Waived => row.Waived,
        CaseStates.Voided => row.Voided,
        _ => 0,
    };
}

/// <summary>下发台账 of a notice: units × states, as far as the reader sees them.</summary>
public sealed class NoticeMatrix(IDbContextFactory<PlatformDb> databases, RegionClock clock)
{
    /// <summary>All lines that the viewer sees, problems first; for a notice without cases, or none of theirs, not found.</summary>
    public async Task<Outcome<IReadOnlyList<MatrixRow>>> RunAsync(Viewer viewer, long noticeId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.Now(viewer.RegionId);
        var counts = await Counts(db, viewer, noticeId, now).ToListAsync(ct);
        if (counts.Count == 0)
        {
            return Refusal.NotFound();
        }

        var text = await db.NoticeStates.Where(s => s.NoticeId == noticeId).Select(s => s.TextNumber).FirstAsync(ct);
        var ids = counts.ConvertAll(c => c.UnitId);
        var bodies = await db.Organisations.AsNoTracking().Where(b => ids.Contains(b.Id)).ToDictionaryAsync(b => b.Id, ct);
        var sections = await db.Organisations.AsNoTracking().Where(b => b.RegionId == viewer.RegionId && b.Kind == BodyKind.Section)
            .ToDictionaryAsync(b => b.Id, b => b.ShortName, ct);
        var reads = await db.NoticeReads.Where(r => r.NoticeId == noticeId && r.Number == text).ToDictionaryAsync(r => r.UnitId, r => r.At, ct);
        var nudges = await db.NoticeNudges.Where(n => n.NoticeId == noticeId).GroupBy(n => n.UnitId)
            .Select(g => new { g.Key, At = g.Max(n => n.At) }).ToDictionaryAsync(g => g.Key, g => g.At, ct);
        return counts.ConvertAll(c => c with
        {
            Unit = bodies[c.UnitId].Name,
            UnitCode = bodies[c.UnitId].Code,
            UnitKind = bodies[c.UnitId].Kind,
            SectionName = sections.GetValueOrDefault(c.SectionId, ""),
            ReadAt = reads.TryGetValue(c.UnitId, out var read) ? read : null,
            NudgedAt = nudges.TryGetValue(c.UnitId, out var nudged) ? nudged : null,
        });
    }

    /// <summary>The chosen lines in the chosen order.</summary>
    public static List<MatrixRow> Choose(IReadOnlyList<MatrixRow> rows, MatrixFilter filter)
    {
        var chosen = rows.Where(filter.Takes);
        return filter.ProblemsFirst
            ? [.. chosen.OrderBy(Rank).ThenBy(r => r.NextDue ?? DateTimeOffset.MaxValue).ThenBy(r => r.UnitCode, StringComparer.Ordinal)]
            : [.. chosen.OrderBy(r => r.UnitCode, StringComparer.Ordinal)];
    }

    /// <summary>What needs a hand first: late, then sent back, then still to file, then overdue reviews, the rest by how far they are.</summary>
    private static int Rank(MatrixRow row) => MatrixGroups.Part(row) switch
    {
        "part-late" => 0,
        "part-returned" => row.Overdue > 0 ? 1 : 2,
        "part-filling" or "part-extended" => 3,
        "part-reviewing" => row.Overdue > 0 ? 4 : 5,
        "part-approved" => 6,
        _ => 7,
    };

    /// <summary>One statement over cases, tasks and journal (the view) and the project library.</summary>
    private static IQueryable<MatrixRow> Counts(PlatformDb db, Viewer viewer, long noticeId, DateTimeOffset now) =>
        from c in db.CaseStates.AsNoTracking().VisibleTo(viewer)
        where c.NoticeId == noticeId
        join project in db.Projects on c.ObjectId equals project.Id into projects
        from p in projects.DefaultIfEmpty()
        group new { c, Amount = (decimal?)p!.Adjusted } by c.UnitId into g
        select new MatrixRow
        {
            UnitId = g.Key,
            SectionId = g.Max(x => x.c.SectionId),
            Items = g.Count(),
            Amount = g.Sum(x => x.Amount ?? 0m),
            ToFill = g.Count(x => x.c.State == CaseStates.ToFill),
            Draft = g.Count(x => x.c.State == CaseStates.Draft),
            Returned = g.Count(x => x.c.State == CaseStates.Returned),
            Withdrawn = g.Count(x => x.c.State == CaseStates.Withdrawn),
            Department = g.Count(x => x.c.State == CaseStates.Department),
            Section = g.Count(x => x.c.State == CaseStates.Section),
            Performance = g.Count(x => x.c.State == CaseStates.Performance),
            DepartmentFill = g.Count(x => x.c.State == CaseStates.DepartmentFill),
            FinanceFill = g.Count(x => x.c.State == CaseStates.FinanceFill),
            Agency = g.Count(x => x.c.State == CaseStates.Agency),
            Budget = g.Count(x => x.c.State == CaseStates.Budget),
            Treasury = g.Count(x => x.c.State == CaseStates.Treasury),
            Leader = g.Count(x => x.c.State == CaseStates.Leader),
            Elsewhere = g.Count(x => x.c.State == CaseStates.Open),
            Faulted = g.Count(x => x.c.State == CaseStates.Faulted),
            Approved = g.Count(x => x.c.State == CaseStates.Approved),
            Rejected = g.Count(x => x.c.State == CaseStates.Rejected),
            NotRectified = g.Count(x => x.c.State == CaseStates.NotRectified),
            Waived = g.Count(x => x.c.State == CaseStates.Waived),
            Voided = g.Count(x => x.c.State == CaseStates.Voided || x.c.State == CaseStates.Cancelled),
            Filed = g.Count(x => x.c.FirstSubmittedAt != null && x.c.State != CaseStates.Voided && x.c.State != CaseStates.Cancelled),
            Late = g.Count(x => x.c.FirstSubmittedAt == null && x.c.Visit != null && x.c.FirstDueAt < now),
            FiledLate = g.Count(x => x.c.FirstSubmittedAt > x.c.FirstDueAt && x.c.State != CaseStates.Voided && x.c.State != CaseStates.Cancelled),
            EverReturned = g.Count(x => x.c.FinanceReturns > 0),
            Returns = g.Sum(x => x.c.FinanceReturns),
            Overdue = g.Count(x => x.c.DueAt < now),
            NextDue = g.Min(x => x.c.DueAt),
            LateSince = g.Min(x => x.c.FirstSubmittedAt == null && x.c.Visit != null && x.c.FirstDueAt < now ? x.c.FirstDueAt : null),
            LastFiledAt = g.Max(x => x.c.LastSubmittedAt),
            ExtendedTo = g.Max(x => x.c.FirstSubmittedAt == null && x.c.Visit != null ? x.c.ExtendedTo : null),
        };
}
