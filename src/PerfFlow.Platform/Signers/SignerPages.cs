using System.Globalization;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Signers;

/// <summary>
/// 加签, 委派, 抄送, 退回到 and 取回 as plain pages, one address each: whom one may ask is read only when somebody wants to ask, and all
/// of it works without script.
/// </summary>
internal static class SignerPages
{
    public static IEndpointRouteBuilder MapSignerPages(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/cases/{id:long}/together").ExcludeFromDescription();
        pages.MapGet("/{verb}", ShowAsync);
        pages.MapPost("/remove", RemoveAsync);
        pages.MapPost("/{verb}", PostAsync);
        pages.MapGet("/{verb}/people", PeopleAsync);
        pages.MapPost("/{verb}/find", FindAsync);
        var copies = routes.MapGroup("/tasks/copies").ExcludeFromDescription();
        copies.MapGet("", CopiesAsync);
        copies.MapPost("/read", MarkAsync);
        return routes;
    }

    private static async Task<IResult> ShowAsync(long id, string verb, HttpContext http, Viewer viewer, FilingCases filings, ReadSigners read, TimeProvider time, CancellationToken ct) =>
        await RenderAsync(id, verb, http, viewer, filings, read, Guid.CreateVersion7(time.GetUtcNow()), FormErrors.None, new VerbInput(), StatusCodes.Status200OK, ct);

    private static async Task<IResult> PostAsync(long id, string verb, IFormCollection form, HttpContext http, Viewer viewer, Toasts toasts, Texts texts, TimeProvider time, CancellationToken ct)
    {
        var typed = Typed(form, verb);
        var command = CommandOf(form, time);
        var done = await RunAsync(id, verb, typed, form, command, http.RequestServices, viewer, ct);
        if (done.Ok)
        {
            toasts.Say(http, new ToastModel(texts[$"signers.done.{verb}"]));
            return TypedResults.LocalRedirect(verb is Verb.Copy or Verb.TakeBack || (verb == Verb.Sign && typed.Place == nameof(ParticipantPlace.After)) ? $"/reviews/{id}" : "/tasks");
        }

        var services = http.RequestServices;
        return await RenderAsync(
            id, verb, http, viewer, services.GetRequiredService<FilingCases>(), services.GetRequiredService<ReadSigners>(), command, FormErrors.Of(texts, done.Refusal!), typed, Answers.StatusOf(done.Refusal!), ct);
    }

    /// <summary>The form again as it was typed, with those whom the search finds: what the script does while one types.</summary>
    private static async Task<IResult> FindAsync(long id, string verb, IFormCollection form, HttpContext http, Viewer viewer, FilingCases filings, ReadSigners read, TimeProvider time, CancellationToken ct) =>
        await RenderAsync(id, verb, http, viewer, filings, read, CommandOf(form, time), FormErrors.None, Typed(form, verb), StatusCodes.Status200OK, ct);

    /// <summary>The list alone, for htmx.</summary>
    private static async Task<IResult> PeopleAsync(long id, string verb, HttpContext http, Viewer viewer, FilingCases filings, ReadSigners read, CancellationToken ct)
    {
        var query = http.Request.Query;
        var typed = new VerbInput { Find = query["find"], People = [.. query["people"].OfType<string>()] };
        var found = await ModelAsync(id, verb, http, viewer, filings, read, Guid.Empty, FormErrors.None, typed, ct);
        return found.Ok ? await Pages.PartAsync<PeopleList>(http, found.Value) : TypedResults.StatusCode(Answers.StatusOf(found.Refusal!));
    }

    private static VerbInput Typed(IFormCollection form, string verb) => new()
    {
        People = [.. form["people"].OfType<string>()],
        Find = form["find"],
        Place = form["place"],
        Target = form["target"],
        Straight = form["straight"] != "false",
        Reasons = [.. form["reasons"].OfType<string>()],
        Text = form[verb == Verb.Return ? "text" : "reason"],
        Due = form["due"],
    };

    private static async Task<Outcome<CaseAnswer>> RunAsync(long id, string verb, VerbInput typed, IFormCollection form, Guid command, IServiceProvider services, Viewer viewer, CancellationToken ct)
    {
        var visit = int.TryParse(form["visit"], CultureInfo.InvariantCulture, out var number) ? number : 0;
        var people = typed.People.Select(person => long.TryParse(person, CultureInfo.InvariantCulture, out var user) ? user : 0).ToList();
        var text = typed.Text ?? "";
        return verb switch
        {
            Verb.Sign => await services.GetRequiredService<AddSigners>().RunAsync(
                viewer, id, new SignersAsked(visit, typed.Place == nameof(ParticipantPlace.Asked) ? ParticipantPlace.Listed : SignersApi.Place(typed.Place), people, text), command, ct),
            Verb.Ask => await services.GetRequiredService<AddSigners>().RunAsync(viewer, id, new SignersAsked(visit, ParticipantPlace.Asked, people, text), command, ct),
            Verb.Copy => await services.GetRequiredService<CopyCase>().RunAsync(viewer, id, new CasesShown(visit, people, text), command, ct),
            Verb.Return => await services.GetRequiredService<ReturnToStep>().RunAsync(
                viewer, id, new StepReturn(visit, typed.Target ?? "", typed.Straight, typed.Reasons, text, ReviewForms.Day(typed.Due)), command, ct),
            Verb.TakeBack => await services.GetRequiredService<TakeBackDecision>().RunAsync(viewer, id, visit, text, command, ct),
            _ => Refusal.NotFound(),
        };
    }

    private static async Task<IResult> RemoveAsync(
        long id, IFormCollection form, HttpContext http, Viewer viewer, RemoveSigner remove, FilingCases filings, ReadSigners read, Toasts toasts, Texts texts, TimeProvider time, CancellationToken ct)
    {
        var number = int.TryParse(form["number"], CultureInfo.InvariantCulture, out var seat) ? seat : 0;
        var removed = new SignerRemoved(int.TryParse(form["step"], CultureInfo.InvariantCulture, out var step) ? step : 0, number, form[$"reason-{number}"].ToString());
        var done = await remove.RunAsync(viewer, id, removed, CommandOf(form, time), ct);
        if (done.Ok)
        {
            toasts.Say(http, new ToastModel(texts["signers.done.remove"]));
            return TypedResults.LocalRedirect($"/reviews/{id}");
        }

        var found = await filings.FindAsync(viewer, id, ct);
        var verb = found.Ok ? Verb.Of(await read.OfAsync(viewer, found.Value, ct)).FirstOrDefault() : null;
        return verb is null
            ? await Refusals.PageAsync(http, done.Refusal!)
            : await RenderAsync(id, verb, http, viewer, filings, read, Guid.CreateVersion7(time.GetUtcNow()), FormErrors.Of(texts, done.Refusal! with { Field = null }), new VerbInput(), Answers.StatusOf(done.Refusal!), ct);
    }

    private static async Task<IResult> CopiesAsync(HttpContext http, Viewer viewer, ReadCopies read, CancellationToken ct, string? from = null) =>
        await Pages.RenderAsync<CopiesPage>(http, new CopiesModel(await read.RunAsync(viewer, from, ReadCopies.Size, ct), await read.UnreadAsync(viewer, ct), from is not null));

    private static async Task<IResult> MarkAsync(IFormCollection form, HttpContext http, Viewer viewer, ReadCopies read, Toasts toasts, Texts texts, CancellationToken ct)
    {
        await read.MarkAsync(viewer, null, ct);
        toasts.Say(http, new ToastModel(texts["signers.copies.marked"]));
        return TypedResults.LocalRedirect("/tasks/copies");
    }

    private static async Task<IResult> RenderAsync(
        long id, string verb, HttpContext http, Viewer viewer, FilingCases filings, ReadSigners read, Guid command, FormErrors errors, VerbInput typed, int status, CancellationToken ct)
    {
        var found = await ModelAsync(id, verb, http, viewer, filings, read, command, errors, typed, ct);
        return found.Ok ? await Pages.RenderAsync<VerbPage>(http, found.Value, status) : await Refusals.PageAsync(http, found.Refusal!);
    }

    private static async Task<Outcome<VerbModel>> ModelAsync(
        long id, string verb, HttpContext http, Viewer viewer, FilingCases filings, ReadSigners read, Guid command, FormErrors errors, VerbInput typed, CancellationToken ct)
    {
        var found = await filings.FindAsync(viewer, id, ct);
        if (found.Refusal is { } missing)
        {
            return missing;
        }

        if (!Verb.All.Contains(verb))
        {
            return Refusal.NotFound();
        }

        var model = new VerbModel(found.Value, await read.OfAsync(viewer, found.Value, ct), verb, command, errors, typed);
        if (model.Verbs.Contains(verb))
        {
            return model;
        }

        // The step is somebody else's by now, or never was the reader's.
        return HeldStep.Of(viewer, found, found.Value.Task?.Visit ?? 0, http.RequestServices.GetRequiredService<RegionClock>()).Refusal ?? Refusal.Conflict("visit-closed");
    }

    private static Guid CommandOf(IFormCollection form, TimeProvider time) => Guid.TryParse(form["command"], out var command) ? command : Guid.CreateVersion7(time.GetUtcNow());
}
