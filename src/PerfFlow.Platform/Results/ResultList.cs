using System.Globalization;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Results;

/// <summary>Which results are asked for; a null condition holds always.</summary>
/// <param name="Year">Target year.</param>
/// <param name="Kind">One of <see cref="ResultProposal.Kinds"/>.</param>
/// <param name="Stage">One of <see cref="ResultStages"/>.</param>
/// <param name="After">Cursor: the last case of the page before.</param>
public sealed record ResultQuery(int? Year = null, string? Kind = null, string? Stage = null, long? After = null);

/// <summary>A result with the words that people know it by. 万元.</summary>
public sealed record ResultLine(ResultAmount Amount, string Project, string Code, string Unit);

/// <summary>Of one kind: how many, what was proposed, what is counted of it and what of the booked.</summary>
public sealed record ResultSum(string Kind, int Count, decimal Change, decimal Counted, decimal Booked);

/// <summary>A page of results with the sums of everything that the conditions let through.</summary>
public sealed record ResultBook(
    ResultQuery Query, IReadOnlyList<ResultLine> Lines, IReadOnlyList<ResultSum> Sums, IReadOnlyDictionary<string, int> Stages, IReadOnlyList<int> Years, int Count, decimal Counted, decimal Booked, long? Next);

/// <summary>
/// 结果应用: finance sees every stage; units and departments what was approved for theirs. Every sum is that of the view
/// <c>result_amounts</c>, so money is counted once per project and target year.
/// </summary>
public sealed class ResultList(IDbContextFactory<PlatformDb> databases, SecurityLog log)
{
    public const int PageSize = 50;

    private const int MostExported = 20_000;

    public async Task<ResultBook> RunAsync(Viewer viewer, ResultQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(query);
        await using var db = await databases.CreateDbContextAsync(ct);
        var all = Visible(db, viewer);
        var years = await all.Where(r => r.TargetYear != null).Select(r => r.TargetYear!.Value).Distinct().OrderByDescending(y => y).ToListAsync(ct);
        var unstaged = Matching(all, query with { Stage = null });
        var stages = await unstaged.GroupBy(r => r.Stage).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var rows = Matching(all, query);
        var sums = await rows.Where(r => r.Kind != null).GroupBy(r => r.Kind!)
            .Select(g => new ResultSum(g.Key, g.Count(), g.Sum(r => r.Change ?? 0), g.Sum(r => r.Counted), g.Sum(r => r.CountedBooked))).ToListAsync(ct);
        var page = await Lines(db, rows.Where(r => query.After == null || r.CaseId < query.After).OrderByDescending(r => r.CaseId).Take(PageSize + 1)).ToListAsync(ct);
        return new ResultBook(
            query,
            [.. page.Take(PageSize)],
            [.. sums.OrderBy(s => ResultProposal.Kinds.ToList().IndexOf(s.Kind))],
            stages,
            years,
            await rows.CountAsync(ct),
            sums.Sum(s => s.Counted),
            sums.Sum(s => s.Booked),
            page.Count > PageSize ? page[PageSize - 1].Amount.CaseId : null);
    }

    /// <summary>Everything that the conditions let through, as cells of a file; logged.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<object?>>> ExportAsync(Viewer viewer, ResultQuery query, Texts texts, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(texts);
        await using var db = await databases.CreateDbContextAsync(ct);
        var lines = await Lines(db, Matching(Visible(db, viewer), query).OrderBy(r => r.CaseId).Take(MostExported)).ToListAsync(ct);
        await log.ViewedAsync(viewer, "export", string.Create(CultureInfo.InvariantCulture, $"results {query.Year}: {lines.Count}"), ct);
        return
        [
            .. lines.Select(l => (IReadOnlyList<object?>)
            [
                l.Amount.TargetYear, l.Code, l.Project, l.Unit, l.Amount.Kind is { } kind ? texts[$"fields.result.kind.{kind}"] : "", texts[$"results.stage.{l.Amount.Stage}"],
                l.Amount.AmountBefore, l.Amount.Change, l.Amount.AmountAfter, l.Amount.Counted, l.Amount.Booked, l.Amount.CountedBooked, l.Amount.Document,
                l.Amount.BookedOn is { } day ? Show.FullDay(day) : "",
            ]),
        ];
    }

    private static IQueryable<ResultAmount> Visible(PlatformDb db, Viewer viewer)
    {
        var rows = db.ResultAmounts.AsNoTracking().VisibleTo(viewer);
        return Roles.Finance.Any(role => viewer.Has(role)) || viewer.Has(Roles.Audit) ? rows : rows.Where(r => ResultStages.Told.Contains(r.Stage));
    }

    private static IQueryable<ResultAmount> Matching(IQueryable<ResultAmount> rows, ResultQuery query) => rows.Where(r =>
        (query.Year == null || r.TargetYear == query.Year) && (string.IsNullOrEmpty(query.Kind) || r.Kind == query.Kind) && (string.IsNullOrEmpty(query.Stage) || r.Stage == query.Stage));

    private static IQueryable<ResultLine> Lines(PlatformDb db, IQueryable<ResultAmount> rows) => rows.Select(r => new ResultLine(
        r, db.Projects.First(p => p.Id == r.ObjectId).Name, db.Projects.First(p => p.Id == r.ObjectId).Code, db.Organisations.First(b => b.Id == r.UnitId).Name));
}
