using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Operations;

/// <summary>The conditions as they stand in the address; all hold together, an empty one always holds.</summary>
public sealed record CaseQuery
{
    /// <summary>Number of the case; what is no number is part of the 文号 of its notice.</summary>
    [FromQuery]
    public string? Number { get; init; }

    /// <summary>Part of the name of unit or department.</summary>
    [FromQuery]
    public string? Unit { get; init; }

    /// <summary>Part of name or code of the project.</summary>
    [FromQuery]
    public string? Object { get; init; }

    /// <summary>One of <see cref="SearchCases.States"/>.</summary>
    [FromQuery]
    public string? State { get; init; }

    /// <summary>Part of the name of the body that holds the open step, or of the person for whom it is reserved.</summary>
    [FromQuery]
    public string? Holder { get; init; }

    /// <summary>The open step has waited for so many days at least.</summary>
    [FromQuery]
    public int? Days { get; init; }

    /// <summary>Part of what was filed, or said of it.</summary>
    [FromQuery]
    public string? Text { get; init; }

    /// <summary>A case number: the page begins behind it …</summary>
    [FromQuery]
    public long? After { get; init; }

    /// <summary>… or ends before it.</summary>
    [FromQuery]
    public long? Before { get; init; }

    [FromQuery]
    public int? Size { get; init; }

    public static readonly CaseQuery All = new();

    public int Rows => Size is 50 or 100 ? Size.Value : 20;

    /// <summary>Something narrows the list.</summary>
    public bool Asks => !string.IsNullOrWhiteSpace(Number + Unit + Object + State + Holder + Text) || Days is > 0;
}

/// <summary>A case with the words that people know it by.</summary>
/// <param name="Days">Calendar days since the open step was opened; null when the case has ended.</param>
public sealed record CaseLine(
    long CaseId, string Definition, string Project, string Code, string Unit, string? Notice, string State, string Step, string Holder, int? Days, DateTimeOffset? DueAt, DateOnly? DueDay, int? DaysLeft);

/// <summary>One page, the newest cases first.</summary>
/// <param name="Count">How many in all, at most <see cref="SearchCases.CountedTo"/>; null where filed text was searched.</param>
public sealed record CasePage(IReadOnlyList<CaseLine> Lines, int? Count, long? Previous, long? Next);

/// <summary>
/// 事项查询 for the roles of the finance bureau: over all cases that the viewer sees, whatever their link of the chain. Confidential
/// projects are never found (V7). Pages follow the case number, so a page costs the same however deep.
/// </summary>
public sealed class SearchCases(IDbContextFactory<PlatformDb> databases, DefinitionCatalog catalog, RegionClock clock, ParameterStore parameters)
{
    /// <summary>More than this is shown as 999+.</summary>
    public const int CountedTo = 1000;

    private const int MaxWord = 60;

    /// <summary>A search through what was filed may have to read all of it; then the other conditions are to be made narrower.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>Open by who has to act, then ended by how.</summary>
    public static readonly IReadOnlyList<string> States =
        ["fill", "returned", "department", "section", "performance", "leader", "budget", "treasury", "agency", "finished", "waived", "voided", "cancelled", "faulted"];

    /// <summary>Refusals: right-search-cases, search-too-wide.</summary>
    public async Task<Outcome<CasePage>> RunAsync(Viewer viewer, CaseQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(query);
        if (viewer.May(Right.SearchCases) is { } refusal)
        {
            return refusal;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        db.Database.SetCommandTimeout(Patience);
        try
        {
            return await ReadAsync(db, viewer, query, ct);
        }
        catch (Exception e) when (TimedOut(e) && !ct.IsCancellationRequested)
        {
            return new Refusal("search-too-wide");
        }
    }

    private async Task<CasePage> ReadAsync(PlatformDb db, Viewer viewer, CaseQuery query, CancellationToken ct)
    {
        var matching = await MatchingAsync(db, viewer, query, ct);
        int? count = Word(query.Text) is null ? await matching.Take(CountedTo).CountAsync(ct) : null;
        var (size, back) = (query.Rows, query.Before is not null);
        var ids = back
            ? await matching.Where(c => c.Id > query.Before).OrderBy(c => c.Id).Take(size + 1).Select(c => c.Id).ToListAsync(ct)
            : await matching.Where(c => query.After == null || c.Id < query.After).OrderByDescending(c => c.Id).Take(size + 1).Select(c => c.Id).ToListAsync(ct);
        var more = ids.Count > size;
        var page = ids.Take(size).OrderDescending().ToList();
        var (previous, next) = back ? (more, true) : (query.After is not null, more);
        return new CasePage(
            await LinesAsync(db, viewer.RegionId, page, ct), count, previous && page.Count > 0 ? page[0] : null, next && page.Count > 0 ? page[^1] : null);
    }

    private async Task<IQueryable<CaseRow>> MatchingAsync(PlatformDb db, Viewer viewer, CaseQuery query, CancellationToken ct)
    {
        var (region, now) = (viewer.RegionId, clock.Now(viewer.RegionId));
        var cases = db.Cases.AsNoTracking().VisibleTo(viewer).Where(c => c.ObjectId != 0 && (c.NoticeId != null || c.OriginId != null) && !db.Projects.Any(p => p.Id == c.ObjectId && p.Confidential));
        if (long.TryParse(Word(query.Number), CultureInfo.InvariantCulture, out var id))
        {
            cases = cases.Where(c => c.Id == id);
        }
        else if (Word(query.Number) is { } number)
        {
            // A region has hundreds of notices: their numbers are put together from their parts and compared here.
            var numbered = (await ReadNotice.Visible(db, viewer).ToListAsync(ct))
                .Where(n => n.Number?.Contains(number, StringComparison.Ordinal) ?? false).Select(n => n.NoticeId).ToList();
            cases = cases.Where(c => c.NoticeId != null && numbered.Contains(c.NoticeId.Value));
        }

        if (Word(query.Unit) is { } unit)
        {
            var bodies = db.Organisations.Where(o => o.RegionId == region && o.Name.Contains(unit)).Select(o => o.Id);
            cases = cases.Where(c => bodies.Contains(c.UnitId) || bodies.Contains(c.DepartmentId));
        }

        if (Word(query.Object) is { } about)
        {
            var projects = db.Projects.Where(p => p.RegionId == region && (p.Name.Contains(about) || p.Code.Contains(about))).Select(p => p.Id);
            cases = cases.Where(c => projects.Contains(c.ObjectId));
        }

        if (Word(query.Holder) is { } holder)
        {
            var bodies = db.Organisations.Where(o => o.RegionId == region && o.Name.Contains(holder)).Select(o => o.Id);
            var people = db.Users.Where(u => u.RegionId == region && u.Name.Contains(holder)).Select(u => (long?)u.Id);
            cases = cases.Where(c => db.Tasks.Any(t => t.CaseId == c.Id && (bodies.Contains(t.OrganisationId) || people.Contains(t.PersonId))));
        }

        if (query.Days is > 0 and < 10_000 and var days)
        {
            var since = now.AddDays(-days);
            cases = cases.Where(c => db.Tasks.Any(t => t.CaseId == c.Id && t.VisitOpenedAt <= since));
        }

        if (Word(query.Text) is { } text)
        {
            cases = cases.Where(c =>
                db.Rounds.Any(r => r.CaseId == c.Id && r.Form.Contains(text)) || db.Opinions.Any(o => o.CaseId == c.Id && o.Text.Contains(text))
                || db.Returns.Any(r => r.CaseId == c.Id && r.Text.Contains(text)) || db.Comments.Any(r => r.CaseId == c.Id && r.Text.Contains(text))
                || db.ActReasons.Any(r => r.CaseId == c.Id && r.Text.Contains(text)));
        }

        return InState(db, cases, query.State);
    }

    private static IQueryable<CaseRow> InState(PlatformDb db, IQueryable<CaseRow> cases, string? state) => state switch
    {
        "fill" => cases.Where(c => db.Tasks.Any(t => t.CaseId == c.Id && t.Kind == "fill")),
        "returned" => cases.Where(c => db.Tasks.Any(t => t.CaseId == c.Id && t.Kind == "fill" && t.Returned)),
        "department" => Reviewed(db, cases, Roles.Department),
        "section" => Reviewed(db, cases, Roles.Section),
        "performance" => Reviewed(db, cases, Roles.Performance),
        "leader" => Reviewed(db, cases, Roles.Leader),
        "budget" => Reviewed(db, cases, Roles.Budget),
        "treasury" => Reviewed(db, cases, Roles.Treasury),
        "agency" => Reviewed(db, cases, Roles.Agency),
        "finished" => cases.Where(c => c.Status == InstanceStatus.Finished),
        "waived" => cases.Where(c => c.Status == InstanceStatus.Waived),
        "voided" => cases.Where(c => c.Status == InstanceStatus.Voided),
        "cancelled" => cases.Where(c => c.Status == InstanceStatus.Cancelled),
        "faulted" => cases.Where(c => c.Faulted),
        _ => cases,
    };

    private static IQueryable<CaseRow> Reviewed(PlatformDb db, IQueryable<CaseRow> cases, string role) =>
        cases.Where(c => db.Tasks.Any(t => t.CaseId == c.Id && t.Role == role && t.Kind != "fill"));

    private async Task<IReadOnlyList<CaseLine>> LinesAsync(PlatformDb db, int region, List<long> ids, CancellationToken ct)
    {
        var states = await db.CaseStates.AsNoTracking().Where(s => ids.Contains(s.CaseId)).ToDictionaryAsync(s => s.CaseId, ct);
        var objects = states.Values.Select(s => s.ObjectId).Distinct().ToList();
        var projects = await db.Projects.AsNoTracking().Where(p => objects.Contains(p.Id)).Select(p => new { p.Id, p.Name, p.Code }).ToDictionaryAsync(p => p.Id, ct);
        var bodies = states.Values.Select(s => s.UnitId).Concat(states.Values.Select(s => s.OrganisationId).OfType<long>()).Distinct().ToList();
        var names = await db.Organisations.AsNoTracking().Where(o => bodies.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, ct);
        var people = states.Values.Select(s => s.PersonId).OfType<long>().Distinct().ToList();
        var persons = await db.Users.AsNoTracking().Where(u => people.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Name, ct);
        var notices = states.Values.Select(s => s.NoticeId).OfType<long>().Distinct().ToList();
        var numbers = (await db.NoticeStates.AsNoTracking().Where(n => notices.Contains(n.NoticeId)).ToListAsync(ct)).ToDictionary(n => n.NoticeId, n => n.Number);
        var (today, calendar) = (clock.Today(region), parameters.Calendar(region));
        return [.. ids.Where(states.ContainsKey).Select(id =>
        {
            var state = states[id];
            var project = projects.GetValueOrDefault(state.ObjectId);
            DateOnly? due = state.DueAt is { } at ? BusinessDay.DueDate(at) : null;
            return new CaseLine(
                id,
                catalog.IdOf(state.Definition),
                project?.Name ?? "",
                project?.Code ?? "",
                names.GetValueOrDefault(state.UnitId, ""),
                state.NoticeId is { } notice ? numbers.GetValueOrDefault(notice) : null,
                state.State,
                state.Node is { } node ? catalog.StepName(state.Definition, node) : "",
                state.PersonId is { } person ? persons.GetValueOrDefault(person, "") : state.OrganisationId is { } body ? names.GetValueOrDefault(body, "") : "",
                state.VisitOpenedAt is { } opened ? Math.Max(0, today.DayNumber - BusinessDay.Of(opened).DayNumber) : null,
                state.DueAt,
                due,
                due is { } day ? calendar.WorkingDaysBetween(today, day) : null);
        })];
    }

    private static string? Word(string? typed) => typed?.Trim() is { Length: > 0 } word ? word[..Math.Min(word.Length, MaxWord)] : null;

    private static bool TimedOut(Exception? e) => e is not null && (e is TimeoutException || TimedOut(e.InnerException));
}
