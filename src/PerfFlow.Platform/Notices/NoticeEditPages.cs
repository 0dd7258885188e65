using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Reminders;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Ui.Components;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Notices;

/// <summary>The editor in five steps; each step saves its part of the draft and leads to the next.</summary>
internal static class NoticeEditPages
{
    public static IEndpointRouteBuilder MapNoticeEditor(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/notices").ExcludeFromDescription();
        pages.MapGet("/new", NewAsync);
        pages.MapPost("/new", CreateAsync);
        pages.MapGet("/{id:long}/edit", EditAsync);
        pages.MapPost("/{id:long}/edit", SaveAsync);
        pages.MapPost("/{id:long}/files", AttachAsync);
        pages.MapPost("/{id:long}/files/{file:guid}/remove", RemoveAsync);
        pages.MapGet("/{id:long}/files/{file:guid}", DownloadAsync);
        return routes;
    }

    /// <summary>All fields of all steps; a step posts its own, the others are null and stay as they are.</summary>
    internal sealed record EditForm
    {
        public int Version { get; init; }

        public string Step { get; init; } = NoticeEditSteps.Content;

        public string? Next { get; init; }

        public Guid Command { get; init; }

        public string? Title { get; init; }

        public string? Grounds { get; init; }

        public string? Matters { get; init; }

        public string? Demands { get; init; }

        public string? Contact { get; init; }

        public string? MarkWord { get; init; }

        public string? Signer { get; init; }

        public string? Opens { get; init; }

        public string? FiscalYear { get; init; }

        public string? Period { get; init; }

        public bool UnitsMayAdd { get; init; }

        public bool PerformanceReviews { get; init; }

        public string[]? Groups { get; init; }

        public long[]? Units { get; init; }

        public long[]? Except { get; init; }

        public string? Projects { get; init; }

        public string? Key { get; init; }

        public string? DueOn { get; init; }

        public string? Before { get; init; }

        public string? After { get; init; }
    }

    private static async Task<IResult> NewAsync(HttpContext http, Viewer viewer, Editor editor, RegionClock clock, CancellationToken ct)
    {
        var draft = new NoticeDraft { Title = "", FiscalYear = clock.Today(viewer.RegionId).Year + 1 };
        return viewer.May(Right.ManageNotices) is { } refusal
            ? await Refusals.PageAsync(http, refusal)
            : await Pages.RenderAsync<NoticeEditPage>(http, await editor.ModelAsync(viewer, null, 0, NoticeEditSteps.Content, draft, ct));
    }

    private static async Task<IResult> CreateAsync(
        HttpContext http, Viewer viewer, Editor editor, CreateNotice create, RegionClock clock, Texts texts, [FromForm] EditForm form, CancellationToken ct)
    {
        var draft = new NoticeDraft { Title = "", FiscalYear = clock.Today(viewer.RegionId).Year + 1 };
        var read = Read(form, draft);
        var created = read.Refusal is { } wrong ? wrong : await create.RunAsync(viewer, read.Value, form.Command, ct);
        if (created.Ok)
        {
            return TypedResults.LocalRedirect($"/notices/{created.Value}/edit?step={Next(form)}");
        }

        var model = await editor.ModelAsync(viewer, null, 0, NoticeEditSteps.Content, read.Ok ? read.Value : draft, ct);
        return await Pages.RenderAsync<NoticeEditPage>(
            http, model with { Command = form.Command, Errors = FormErrors.Of(texts, created.Refusal!) }, Answers.StatusOf(created.Refusal!));
    }

    private static async Task<IResult> EditAsync(
        long id, HttpContext http, Viewer viewer, Editor editor, PlatformDb db, CancellationToken ct, [FromQuery] string? step = null)
    {
        if ((viewer.May(Right.ManageNotices) ?? (await NoticeSteps.FindAsync(db, viewer, id, ct) is null ? Refusal.NotFound() : null)) is { } refusal)
        {
            return await Refusals.PageAsync(http, refusal);
        }

        var (notice, state) = (await NoticeSteps.FindAsync(db, viewer, id, ct))!.Value;
        return state.Stage is NoticeStages.Draft or NoticeStages.Returned
            ? await Pages.RenderAsync<NoticeEditPage>(http, await editor.ModelAsync(viewer, notice, notice.Version, Known(step), NoticeDraft.Of(notice), ct))
            : TypedResults.LocalRedirect($"/notices/{id}");
    }

    private static async Task<IResult> SaveAsync(
        long id, HttpContext http, Viewer viewer, Editor editor, SaveNotice save, PlatformDb db, Texts texts, [FromForm] EditForm form, CancellationToken ct)
    {
        if (await NoticeSteps.FindAsync(db, viewer, id, ct) is not var (notice, _))
        {
            return await Refusals.PageAsync(http, Refusal.NotFound());
        }

        var read = Read(form, NoticeDraft.Of(notice));
        var saved = read.Refusal is { } wrong ? wrong : await save.RunAsync(viewer, id, form.Version, read.Value, ct);
        if (saved.Ok)
        {
            return TypedResults.LocalRedirect($"/notices/{id}/edit?step={Next(form)}");
        }

        var model = await editor.ModelAsync(viewer, notice, form.Version, Known(form.Step), read.Ok ? read.Value : NoticeDraft.Of(notice), ct);
        return await Pages.RenderAsync<NoticeEditPage>(http, model with { Errors = FormErrors.Of(texts, saved.Refusal!) }, Answers.StatusOf(saved.Refusal!));
    }

    private static async Task<IResult> AttachAsync(
        long id, HttpContext http, Viewer viewer, Editor editor, AttachFile attach, PlatformDb db, Texts texts, [FromForm] IFormFile? file, [FromForm] Guid command, CancellationToken ct)
    {
        if (await NoticeSteps.FindAsync(db, viewer, id, ct) is not var (notice, _))
        {
            return await Refusals.PageAsync(http, Refusal.NotFound());
        }

        Outcome<NoticeAttachment> attached = new Refusal("notice-file-missing") { Field = "file" };
        if (file is { Length: > 0 })
        {
            await using var content = file.OpenReadStream();
            attached = await attach.RunAsync(viewer, id, file.FileName, content, command, ct);
        }

        if (attached.Ok)
        {
            return TypedResults.LocalRedirect($"/notices/{id}/edit?step={NoticeEditSteps.Form}");
        }

        var model = await editor.ModelAsync(viewer, notice, notice.Version, NoticeEditSteps.Form, NoticeDraft.Of(notice), ct);
        return await Pages.RenderAsync<NoticeEditPage>(http, model with { Errors = FormErrors.Of(texts, attached.Refusal!) }, Answers.StatusOf(attached.Refusal!));
    }

    private static async Task<IResult> RemoveAsync(long id, Guid file, HttpContext http, Viewer viewer, AttachFile attach, [FromForm] Guid command, CancellationToken ct)
    {
        _ = command; // binds the form, so that its antiforgery token is asked for
        var removed = await attach.RemoveAsync(viewer, id, file, ct);
        return removed.Ok ? TypedResults.LocalRedirect($"/notices/{id}/edit?step={NoticeEditSteps.Form}") : await Refusals.PageAsync(http, removed.Refusal!);
    }

    private static async Task<IResult> DownloadAsync(long id, Guid file, HttpContext http, Viewer viewer, AttachFile attach, CancellationToken ct)
    {
        var found = await attach.DownloadAsync(viewer, id, file, ct);
        if (found.Refusal is { } refusal)
        {
            return await Refusals.PageAsync(http, refusal);
        }

        http.Response.RegisterForDisposeAsync(found.Value);
        return TypedResults.Stream(found.Value.Content, found.Value.ContentType, found.Value.Name);
    }

    private static string Known(string? step) => NoticeEditSteps.All.Contains(step) ? step! : NoticeEditSteps.Content;

    private static string Next(EditForm form)
    {
        if (NoticeEditSteps.All.Contains(form.Next))
        {
            return form.Next!;
        }

        var at = NoticeEditSteps.All.ToList().IndexOf(Known(form.Step));
        return NoticeEditSteps.All[Math.Min(at + 1, NoticeEditSteps.All.Count - 1)];
    }

    /// <summary>The draft with the posted step in it.</summary>
    private static Outcome<NoticeDraft> Read(EditForm form, NoticeDraft draft)
    {
        switch (Known(form.Step))
        {
            case NoticeEditSteps.Content:
                return draft with
                {
                    Title = form.Title ?? "",
                    Grounds = form.Grounds ?? "",
                    Matters = form.Matters ?? "",
                    Demands = form.Demands ?? "",
                    Contact = form.Contact ?? "",
                    MarkWord = (form.MarkWord ?? "").Trim(),
                    Signer = (form.Signer ?? "").Trim(),
                };
            case NoticeEditSteps.Form:
                return int.TryParse(form.FiscalYear, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var year)
                    ? draft with
                    {
                        Opens = form.Opens ?? draft.Opens,
                        FiscalYear = year,
                        Period = form.Period ?? "",
                        UnitsMayAdd = form.UnitsMayAdd,
                        PerformanceReviews = form.PerformanceReviews,
                    }
                    : new Refusal("notice-year-invalid", form.FiscalYear) { Field = "fiscalYear" };
            case NoticeEditSteps.Recipients:
                return draft with
                {
                    Recipients = new RecipientChoice
                    {
                        Groups = form.Groups ?? [], Units = form.Units ?? [], Except = form.Except ?? [], Projects = RecipientChoice.Codes(form.Projects), Key = RecipientChoice.Codes(form.Key),
                    },
                };
            case NoticeEditSteps.Deadline:
                var due = NoticeForms.Day(form.DueOn);
                if (due is null && !string.IsNullOrWhiteSpace(form.DueOn))
                {
                    return new Refusal("notice-day-invalid", form.DueOn) { Field = "dueOn" };
                }

                var (before, after) = (NoticeForms.Days(form.Before), NoticeForms.Days(form.After));
                return before is null || after is null
                    ? new Refusal("notice-ladder-invalid") { Field = before is null ? "before" : "after" }
                    : draft with { DueOn = due, Ladder = before.Count + after.Count == 0 ? null : new NoticeLadder(before, after) };
            default:
                return draft;
        }
    }

    /// <summary>Gathers what a step shows.</summary>
    internal sealed class Editor(
        IDbContextFactory<PlatformDb> databases, ReadNotice read, NoticePageReader reader, RegionClock clock, ParameterStore parameters, TimeProvider time, Texts texts)
    {
        public async Task<NoticeEditModel> ModelAsync(Viewer viewer, Notice? notice, int version, string step, NoticeDraft draft, CancellationToken ct)
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            var region = clock.Get(viewer.RegionId);
            var today = clock.Today(viewer.RegionId);
            var ladder = new ReminderLadder(parameters.For(viewer.RegionId, 0));
            var needsList = notice is not null && step is NoticeEditSteps.Recipients or NoticeEditSteps.Preview;
            var list = needsList ? await RecipientList.OfAsync(db, notice!, today, ct) : null;
            var sections = await db.Organisations.AsNoTracking().Where(b => b.RegionId == viewer.RegionId && b.Kind == BodyKind.Section).OrderBy(b => b.Code).ToListAsync(ct);
            var unready = list is not null && step == NoticeEditSteps.Preview
                ? NoticeDraft.Unready(notice!, list, parameters.Calendar(viewer.RegionId), clock.Now(viewer.RegionId))
                : null;
            return new NoticeEditModel
            {
                Id = notice?.Id,
                Version = version,
                Step = step,
                Draft = draft,
                DefaultMarkWord = region.MarkWord,
                DefaultSigner = await db.Organisations.Where(b => b.Id == region.BureauId).Select(b => b.Name).FirstOrDefaultAsync(ct) ?? "",
                DefaultLadder = string.Join(texts["ui.list.comma"], ladder.Rungs.Select(r => r.Code)),
                Command = NoticeForms.NewCommand(time),
                Tree = step == NoticeEditSteps.Recipients ? await TreeAsync(db, viewer.RegionId, today, sections, ct) : [],
                Sections = sections.ConvertAll(s => new Choice("section:" + s.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), s.ShortName)),
                Recipients = list,
                Sheet = notice is not null && step == NoticeEditSteps.Preview ? await reader.SheetAsync((await read.RunAsync(viewer, notice.Id, ct)).Value, ct) : null,
                Unready = unready is null ? null : texts.Refusal(unready),
                Landing = draft.DueOn is { } due ? Land(viewer.RegionId, due, today, draft.Ladder) : null,
            };
        }

        private static async Task<IReadOnlyList<RecipientBranch>> TreeAsync(PlatformDb db, int regionId, DateOnly today, IReadOnlyList<Body> sections, CancellationToken ct)
        {
            var bodies = await RecipientList.BodiesAsync(db, regionId, today, ct);
            var of = await RecipientList.SectionsAsync(db, regionId, today, ct);
            var names = sections.ToDictionary(s => s.Id, s => s.ShortName);
            return [.. bodies.Where(b => b.Kind is BodyKind.Department or BodyKind.Town).Select(head => new RecipientBranch(
                head, names.GetValueOrDefault(of.GetValueOrDefault(head.Id), ""), bodies.FindAll(b => b.Kind == BodyKind.Unit && b.DepartmentId == head.Id)))];
        }

        private DueLanding Land(int regionId, DateOnly due, DateOnly today, NoticeLadder? own)
        {
            var calendar = parameters.Calendar(regionId);
            var day = calendar.OnWorkingDay(due);
            var ladder = NoticeLadders.Of(parameters.For(regionId, 0), own);
            return new DueLanding(
                day, day != due, calendar.WorkingDaysBetween(today, day), calendar.Coverage(today, day).MissingYears,
                [.. ladder.Schedule(BusinessDay.DueInstant(day), calendar).Select(r => (r.Rung.Code, r.At))]);
        }
    }
}
