using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Ui.Components;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Platform.Notices;

/// <summary>下发台账: the matrix of a notice, why a unit is red, the batch acts on ticked units, files and paper.</summary>
internal static class MatrixPages
{
    public static IEndpointRouteBuilder MapMatrix(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/notices/{id:long}").ExcludeFromDescription();
        pages.MapGet("/matrix", ShowAsync);
        pages.MapGet("/matrix/part", PartAsync);
        pages.MapGet("/matrix.csv", CsvAsync);
        pages.MapGet("/matrix.xlsx", XlsxAsync);
        pages.MapGet("/units/{unit:long}", UnitAsync);
        pages.MapGet("/units/{unit:long}/why", WhyAsync);
        pages.MapPost("/matrix/nudge", NudgeAsync);
        pages.MapPost("/matrix/extend", ExtendAsync);
        pages.MapPost("/matrix/waive", WaiveAsync);
        pages.MapPost("/matrix/dun", DunAsync);
        return routes;
    }

    internal sealed record Asked
    {
        [FromQuery]
        public string? Show { get; init; }

        [FromQuery]
        public string? Section { get; init; }

        [FromQuery]
        public string? Kind { get; init; }

        [FromQuery]
        public string? State { get; init; }

        [FromQuery]
        public string? Name { get; init; }

        [FromQuery]
        public string? Order { get; init; }

        [FromQuery]
        public int? Page { get; init; }

        [FromQuery]
        public int? Size { get; init; }
    }

    /// <summary>The ticked units and what the dialogs asked for; without an address of the list, back to its first page.</summary>
    internal sealed record BatchForm
    {
        public long[]? Unit { get; init; }

        public Guid Command { get; init; }

        public string? Said { get; init; }

        public bool Force { get; init; }

        public string? DueOn { get; init; }

        public string? ExtendReason { get; init; }

        public string? WaiveReason { get; init; }
    }

    private static async Task<IResult> ShowAsync(long id, HttpContext http, Viewer viewer, [AsParameters] Asked asked, MatrixReader reader, CancellationToken ct)
    {
        var model = await reader.ModelAsync(viewer, id, asked, ct);
        return model.Ok ? await Pages.RenderAsync<NoticeMatrixPage>(http, model.Value) : await Refusals.PageAsync(http, model.Refusal!);
    }

    private static async Task<IResult> PartAsync(long id, HttpContext http, Viewer viewer, [AsParameters] Asked asked, MatrixReader reader, CancellationToken ct)
    {
        var model = await reader.ModelAsync(viewer, id, asked, ct);
        return model.Ok ? await Pages.PartAsync<MatrixPart>(http, model.Value) : TypedResults.NotFound();
    }

    private static async Task<IResult> CsvAsync(long id, HttpContext http, Viewer viewer, [AsParameters] Asked asked, MatrixReader reader, SecurityLog log, CancellationToken ct)
    {
        var model = await reader.ModelAsync(viewer, id, asked, ct);
        if (model.Refusal is { } refusal)
        {
            return await Refusals.PageAsync(http, refusal);
        }

        await LogExportAsync(viewer, model.Value, log, ct);
        return reader.File(model.Value).Csv();
    }

    private static async Task<IResult> XlsxAsync(long id, HttpContext http, Viewer viewer, [AsParameters] Asked asked, MatrixReader reader, SecurityLog log, CancellationToken ct)
    {
        var model = await reader.ModelAsync(viewer, id, asked, ct);
        if (model.Refusal is { } refusal)
        {
            return await Refusals.PageAsync(http, refusal);
        }

        await LogExportAsync(viewer, model.Value, log, ct);
        return reader.File(model.Value).Xlsx();
    }

    /// <summary>A file with lines of other units than the viewer's own is noted (V8).</summary>
    private static Task LogExportAsync(Viewer viewer, MatrixModel model, SecurityLog log, CancellationToken ct)
    {
        var others = model.Chosen.Count(r => !viewer.Posts.Any(p => p.OrganisationId == r.UnitId));
        return others == 0
            ? Task.CompletedTask
            : log.ViewedAsync(viewer, "export", string.Create(CultureInfo.InvariantCulture, $"matrix of notice {model.View.Notice.Id}: {others}"), ct);
    }

    private static async Task<IResult> UnitAsync(long id, long unit, HttpContext http, Viewer viewer, MatrixReader reader, CancellationToken ct)
    {
        var why = await reader.WhyAsync(viewer, id, unit, ct);
        return why.Ok ? await Pages.RenderAsync<WhyPage>(http, why.Value) : await Refusals.PageAsync(http, why.Refusal!);
    }

    private static async Task<IResult> WhyAsync(long id, long unit, HttpContext http, Viewer viewer, MatrixReader reader, CancellationToken ct)
    {
        var why = await reader.WhyAsync(viewer, id, unit, ct);
        return why.Ok ? await Pages.PartAsync<WhyPart>(http, why.Value) : TypedResults.NotFound();
    }

    private static async Task<IResult> NudgeAsync(
        long id, HttpContext http, Viewer viewer, MatrixReader reader, NudgeUnits act, Texts texts, Toasts toasts, [FromForm] BatchForm form, CancellationToken ct)
    {
        var outcome = await act.RunAsync(viewer, id, form.Unit ?? [], form.Said ?? "", form.Force, form.Command, ct);
        if (outcome.Refusal is { } refusal)
        {
            return await AgainAsync(http, viewer, id, reader, form, refusal, "nudge", texts, ct);
        }

        toasts.Say(http, new ToastModel(
            texts["matrix.nudged", outcome.Value.Units, outcome.Value.People],
            outcome.Value.AlreadyToday.Count > 0 ? texts["matrix.nudged.already", outcome.Value.AlreadyToday.Count] : null));
        return TypedResults.LocalRedirect($"/notices/{id}/matrix");
    }

    private static async Task<IResult> ExtendAsync(
        long id, HttpContext http, Viewer viewer, MatrixReader reader, MeasureCases act, PlatformDb db, Texts texts, Toasts toasts, [FromForm] BatchForm form, CancellationToken ct)
    {
        if (NoticeForms.Day(form.DueOn) is not { } due)
        {
            return await AgainAsync(http, viewer, id, reader, form, new Refusal("notice-day-invalid", form.DueOn ?? "") { Field = "dueOn" }, "extend", texts, ct);
        }

        var units = form.Unit ?? [];
        var cases = await db.CaseStates.VisibleTo(viewer).Where(c => c.NoticeId == id && units.Contains(c.UnitId) && c.Kind == "fill").Select(c => c.CaseId).ToListAsync(ct);
        var outcome = cases.Count == 0 ? Refusal.Conflict("nothing-to-extend") : await act.RunAsync(viewer, Measure.Extend, cases, form.ExtendReason ?? "", due, form.Command, ct);
        return await DoneAsync(http, viewer, id, reader, form, outcome, "extend", "matrix.extended", texts, toasts, ct);
    }

    private static async Task<IResult> WaiveAsync(
        long id, HttpContext http, Viewer viewer, MatrixReader reader, MeasureCases act, PlatformDb db, Texts texts, Toasts toasts, [FromForm] BatchForm form, CancellationToken ct)
    {
        var units = form.Unit ?? [];
        var cases = await db.CaseStates.VisibleTo(viewer).Where(c => c.NoticeId == id && units.Contains(c.UnitId) && c.Kind == "fill" && c.Rounds == 0)
            .Select(c => c.CaseId).ToListAsync(ct);
        var outcome = cases.Count == 0 ? Refusal.Conflict("nothing-to-waive") : await act.RunAsync(viewer, Measure.Waive, cases, form.WaiveReason ?? "", null, form.Command, ct);
        return await DoneAsync(http, viewer, id, reader, form, outcome, "waive", "matrix.waived", texts, toasts, ct);
    }

    /// <summary>催办单 on paper, one sheet per ticked unit.</summary>
    private static async Task<IResult> DunAsync(
        long id, HttpContext http, Viewer viewer, MatrixReader reader, Texts texts, [FromForm] BatchForm form, CancellationToken ct)
    {
        var sheets = new List<WhyModel>();
        foreach (var unit in (form.Unit ?? []).Take(200))
        {
            var why = await reader.WhyAsync(viewer, id, unit, ct);
            if (why.Ok && why.Value.Items.Any(i => i.Case.Visit is not null))
            {
                sheets.Add(why.Value);
            }
        }

        return sheets.Count == 0
            ? await AgainAsync(http, viewer, id, reader, form, Refusal.Conflict("nudge-nothing-open"), null, texts, ct)
            : await Pages.RenderAsync<DunPage>(http, sheets);
    }

    private static async Task<IResult> DoneAsync(
        HttpContext http, Viewer viewer, long id, MatrixReader reader, BatchForm form, Outcome<BatchOutcome> outcome, string dialog, string done, Texts texts, Toasts toasts,
        CancellationToken ct)
    {
        if (outcome.Refusal is { } refusal)
        {
            return await AgainAsync(http, viewer, id, reader, form, refusal, dialog, texts, ct);
        }

        if (outcome.Value.Refused.Count == 0)
        {
            toasts.Say(http, new ToastModel(texts[done, outcome.Value.Done]));
            return TypedResults.LocalRedirect($"/notices/{id}/matrix");
        }

        var model = (await reader.ModelAsync(viewer, id, new Asked(), ct)).Value;
        var names = model.All.ToDictionary(r => r.UnitId, r => r.Unit);
        return await Pages.RenderAsync<NoticeMatrixPage>(http, model with
        {
            Refused = [.. outcome.Value.Refused.Select(r => (names.GetValueOrDefault(r.UnitId, Show.Nothing), texts.Refusal(r.Why)))],
        });
    }

    private static async Task<IResult> AgainAsync(
        HttpContext http, Viewer viewer, long id, MatrixReader reader, BatchForm form, Refusal refusal, string? dialog, Texts texts, CancellationToken ct)
    {
        var model = await reader.ModelAsync(viewer, id, new Asked(), ct);
        return model.Ok
            ? await Pages.RenderAsync<NoticeMatrixPage>(
                http, model.Value with { Errors = FormErrors.Of(texts, refusal), Reopen = dialog, Ticked = form.Unit ?? [] }, Answers.StatusOf(refusal))
            : await Refusals.PageAsync(http, refusal);
    }

    /// <summary>Gathers what the matrix and its pop-over show.</summary>
    internal sealed class MatrixReader(
        IDbContextFactory<PlatformDb> databases, ReadNotice read, NoticeMatrix matrix, NoticePageReader items, RegionClock clock, ParameterStore parameters, TimeProvider time, Texts texts)
    {
        public async Task<Outcome<MatrixModel>> ModelAsync(Viewer viewer, long id, Asked asked, CancellationToken ct)
        {
            var found = await read.RunAsync(viewer, id, ct);
            var rows = found.Ok ? await matrix.RunAsync(viewer, id, ct) : found.Refusal!;
            if (rows.Refusal is { } refusal)
            {
                return refusal;
            }

            var filter = new MatrixFilter
            {
                Show = MatrixGroups.IsKnown(asked.Show) ? asked.Show! : MatrixGroups.All,
                SectionId = long.TryParse(asked.Section, NumberStyles.None, CultureInfo.InvariantCulture, out var section) ? section : null,
                Kind = asked.Kind switch { "department" => BodyKind.Department, "unit" => BodyKind.Unit, "town" => BodyKind.Town, _ => null },
                State = CaseStates.InOrder.Contains(asked.State) ? asked.State : null,
                Name = asked.Name,
                ProblemsFirst = asked.Order != "code",
            };
            var chosen = NoticeMatrix.Choose(rows.Value, filter);
            var size = asked.Size is 50 or 100 ? asked.Size.Value : 20;
            var pages = Math.Max(1, (chosen.Count + size - 1) / size);
            return new MatrixModel
            {
                View = found.Value,
                All = rows.Value,
                Chosen = chosen,
                Filter = filter,
                Page = Math.Clamp(asked.Page ?? 1, 1, pages),
                Size = size,
                Sections = [.. rows.Value.Select(r => (r.SectionId, r.SectionName)).Distinct().OrderBy(s => s.SectionName, StringComparer.Ordinal)
                    .Select(s => new Choice(s.SectionId.ToString(CultureInfo.InvariantCulture), s.SectionName))],
                Now = clock.Now(viewer.RegionId),
                DaysLeft = DaysLeft(viewer.RegionId),
                MayNudge = viewer.May(Right.Nudge) is null && found.Value.State.Stage is NoticeStages.Issued or NoticeStages.Closed,
                MayMeasure = viewer.May(Right.Extend) is null && found.Value.State.Stage is NoticeStages.Issued or NoticeStages.Closed,
                Command = NoticeForms.NewCommand(time),
            };
        }

        public async Task<Outcome<WhyModel>> WhyAsync(Viewer viewer, long id, long unit, CancellationToken ct)
        {
            var found = await read.RunAsync(viewer, id, ct);
            var rows = found.Ok ? await matrix.RunAsync(viewer, id, ct) : found.Refusal!;
            if (rows.Refusal is { } refusal)
            {
                return refusal;
            }

            if (rows.Value.FirstOrDefault(r => r.UnitId == unit) is not { } row)
            {
                return Refusal.NotFound();
            }

            await using var db = await databases.CreateDbContextAsync(ct);
            var cases = await items.ItemsAsync(viewer, id, unit, null, null, ct);
            var caseIds = cases.Select(i => i.Case.CaseId).ToList();
            var sent = await db.Database.SqlQuery<SentRung>(
                $"""select rung, min(at) as at, array_agg(message_id) as messages from platform.reminders where case_id = any({caseIds}) group by rung, due_at order by 2""").ToListAsync(ct);
            var nudges = await db.NoticeNudges.AsNoTracking().Where(n => n.NoticeId == id && n.UnitId == unit).ToListAsync(ct);
            var messages = sent.SelectMany(m => m.Messages).Concat(nudges.SelectMany(n => n.MessageIds)).ToList();
            var delivered = (await db.Deliveries.Where(d => messages.Contains(d.MessageId)).Select(d => new { d.MessageId, d.State, d.RecipientId }).ToListAsync(ct))
                .ToLookup(d => d.MessageId);
            var people = nudges.Select(n => n.ById).Concat(delivered.SelectMany(d => d).Select(d => d.RecipientId)).Distinct().ToList();
            var names = await db.Users.Where(u => people.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Name, ct);
            return new WhyModel
            {
                View = found.Value,
                Row = row,
                Items = cases,
                Reminders = [.. sent.Select(s => new Reminded(s.At, s.Rung, null, "", Delivery(s.Messages)) { To = To(s.Messages) })
                    .Concat(nudges.Select(n => new Reminded(n.At, null, names.GetValueOrDefault(n.ById), n.Said, Delivery(n.MessageIds)) { To = To(n.MessageIds) })).OrderBy(r => r.At)],
                Now = clock.Now(viewer.RegionId),
                DaysLeft = DaysLeft(viewer.RegionId),
                NextRungAt = await db.Tasks.Where(t => caseIds.Contains(t.CaseId)).MinAsync(t => t.NextRungAt, ct),
                MayNudge = viewer.May(Right.Nudge) is null && cases.Any(i => i.Case.Visit is not null),
                MayMeasure = viewer.May(Right.Extend) is null && row.Filling + row.Returned > 0,
                Command = NoticeForms.NewCommand(time),
            };

            IReadOnlyList<string> To(IEnumerable<Guid> ids) =>
                [.. ids.SelectMany(m => delivered[m]).Select(d => names.GetValueOrDefault(d.RecipientId)).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

            string Delivery(IEnumerable<Guid> ids)
            {
                var states = ids.SelectMany(m => delivered[m]).Select(d => d.State).ToList();
                return states.Contains(DeliveryState.Sent) ? "sent" : states.Contains(DeliveryState.Dead) ? "dead" : "in-app";
            }
        }

        /// <summary>What the reader sees and filtered, whole and not only the page.</summary>
        public TableFile File(MatrixModel model) => new(
            texts["matrix.file", model.View.State.Number],
            [.. Columns.Select(c => texts["matrix.file." + c]), .. Later(model).Select(s => texts["state." + s])],
            [.. model.Chosen.Select(r => (IReadOnlyList<object?>)
                [r.UnitCode, r.Unit, r.SectionName, texts["state." + r.State], r.Items, r.Amount, Date(r.ReadAt), r.ToFill, r.Draft, r.Withdrawn, r.Filed, r.Late, r.Returned, r.Returns,
                    r.Department, r.Section, r.Performance, r.Approved, r.Waived, r.Voided, Date(r.LastFiledAt), Due(r.NextDue), Due(r.ExtendedTo), Date(r.NudgedAt),
                    .. Later(model).Select(s => (object?)MatrixFilter.CountOf(r, s))])]);

        private static IEnumerable<string> Later(MatrixModel model) => MatrixRow.LaterStates.Where(s => model.All.Any(r => MatrixFilter.CountOf(r, s) > 0));

        private static readonly string[] Columns =
        [
            "code", "unit", "section", "state", "items", "amount", "read", "to-fill", "draft", "withdrawn", "filed", "late", "returned", "returns",
            "department", "section-review", "performance", "approved", "waived", "voided", "last-filed", "next-due", "extended", "nudged",
        ];

        private static string? Date(DateTimeOffset? at) => at is { } moment ? Show.FullDay(Show.DayOf(moment)) : null;

        private static string? Due(DateTimeOffset? at) => at is { } moment ? Show.FullDay(Show.DueDay(moment)) : null;

        private Func<DateTimeOffset, int> DaysLeft(int regionId)
        {
            var (calendar, now) = (parameters.Calendar(regionId), clock.Now(regionId));
            // On the rest days right after the due day no working day has passed, and yet it is late.
            return due => due < now ? Math.Min(-1, calendar.WorkingDaysLeft(now, due)) : Math.Max(0, calendar.WorkingDaysBetween(BusinessDay.Of(now), BusinessDay.DueDate(due)));
        }

        private sealed record SentRung(short Rung, DateTimeOffset At, Guid[] Messages);
    }
}
