using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Ui.Components;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Organisation;

/// <summary>The tree and the people as pages. A refused post shows its page again with what was typed.</summary>
internal static class OrganisationPages
{
    private const int PeopleOnAPage = 50;

    public static IEndpointRouteBuilder MapOrganisation(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/organisation").ExcludeFromDescription();
        pages.MapGet("", ShowTreeAsync);
        pages.MapPost("/bodies", MakeBodyAsync);
        pages.MapPost("/bodies/{id:long}", RenameBodyAsync);
        pages.MapPost("/bodies/{id:long}/close", CloseBodyAsync);
        pages.MapPost("/bodies/{id:long}/section", MapSectionAsync);
        pages.MapGet("/people", ShowPeopleAsync);
        pages.MapPost("/people", CreateAccountAsync);
        pages.MapGet("/people/{id:long}", ShowPersonAsync);
        pages.MapPost("/people/{id:long}/password", ResetPasswordAsync);
        pages.MapPost("/people/{id:long}/{act:regex(^(disable|enable|sessions|second-factor)$)}", ManageAsync);
        pages.MapPost("/people/{id:long}/roles", GrantAsync);
        pages.MapPost("/people/{id:long}/roles/{membership:long}/end", EndRoleAsync);
        routes.MapOrganisationApi();
        return routes;
    }

    private static Task<IResult> ShowTreeAsync(HttpContext http, Viewer viewer, [FromQuery] long? body, CancellationToken ct) =>
        TreeAsync(http, viewer, body, null, null, ct);

    private static async Task<IResult> MakeBodyAsync(
        HttpContext http, Viewer viewer, SaveBody save, [FromForm] long parentId, [FromForm] string kind, [FromForm] string? code, [FromForm] string? name, [FromForm] string? shortName, CancellationToken ct)
    {
        if (kind is not ("department" or "town" or "section" or "unit"))
        {
            return TypedResults.BadRequest();
        }

        var saved = await save.RunAsync(viewer, viewer.RegionId, new BodyInput(null, BodyKinds.Parse(kind), code ?? "", name ?? "", shortName, parentId), ct);
        return saved.Ok
            ? Done(http, "organisation.made", $"/organisation?body={saved.Value.Id}", saved.Value.Name)
            : await TreeAsync(http, viewer, parentId, "add-body", saved.Refusal, ct);
    }

    private static async Task<IResult> RenameBodyAsync(
        long id, HttpContext http, Viewer viewer, SaveBody save, [FromForm] string? name, [FromForm] string? shortName, CancellationToken ct)
    {
        var saved = await save.RunAsync(viewer, viewer.RegionId, new BodyInput(id, default, "", name ?? "", shortName, null), ct);
        return saved.Ok
            ? Done(http, "organisation.renamed", $"/organisation?body={id}", saved.Value.Name)
            : await TreeAsync(http, viewer, id, "edit-body", saved.Refusal, ct);
    }

    private static async Task<IResult> CloseBodyAsync(long id, HttpContext http, Viewer viewer, CloseBody close, CancellationToken ct, [FromForm] string? from = null)
    {
        var closed = await close.RunAsync(viewer, id, ct);
        return closed.Ok ? Done(http, "organisation.closed", from ?? "/organisation") : await TreeAsync(http, viewer, id, "close-body", closed.Refusal, ct);
    }

    private static async Task<IResult> MapSectionAsync(
        long id, HttpContext http, Viewer viewer, MapSection map, [FromForm] long sectionId, [FromForm] string? from, CancellationToken ct)
    {
        var mapped = Day(from) is { } day
            ? await map.RunAsync(viewer, viewer.RegionId, id, sectionId, day, ct)
            : new Refusal("day-unread") { Field = "from" };
        return mapped.Ok ? Done(http, "organisation.mapped", $"/organisation?body={id}") : await TreeAsync(http, viewer, id, "map-section", mapped.Refusal, ct);
    }

    private static Task<IResult> ShowPeopleAsync(HttpContext http, Viewer viewer, [FromQuery] string? text, [FromQuery] string? after, CancellationToken ct) =>
        PeopleAsync(http, viewer, text, after, null, ct);

    private static async Task<IResult> CreateAccountAsync(
        HttpContext http, Viewer viewer, CreateAccount create, [FromForm] string? userName, [FromForm] string? name, [FromForm] string? email, CancellationToken ct)
    {
        if (http.NeedsConfirmation() is not null)
        {
            return ToConfirmation("/organisation/people");
        }

        var made = await create.RunAsync(viewer, new NewAccount(viewer.RegionId, userName ?? "", name ?? "", email), ct);
        return made.Ok
            ? await PersonAsync(http, viewer, made.Value.UserId, made.Value.StartPassword, null, null, ct)
            : await PeopleAsync(http, viewer, null, null, made.Refusal, ct);
    }

    private static Task<IResult> ShowPersonAsync(long id, HttpContext http, Viewer viewer, CancellationToken ct) =>
        PersonAsync(http, viewer, id, null, null, null, ct);

    private static async Task<IResult> ResetPasswordAsync(long id, HttpContext http, Viewer viewer, ManageAccount manage, CancellationToken ct, [FromForm] string? from = null)
    {
        if (http.NeedsConfirmation() is not null)
        {
            return ToConfirmation(from ?? Person(id));
        }

        var reset = await manage.ResetPasswordAsync(viewer, id, ct);
        return await PersonAsync(http, viewer, id, reset.Ok ? reset.Value : null, reset.Ok ? null : "", reset.Refusal, ct);
    }

    private static async Task<IResult> ManageAsync(long id, string act, HttpContext http, Viewer viewer, ManageAccount manage, CancellationToken ct, [FromForm] string? from = null)
    {
        if (http.NeedsConfirmation() is not null)
        {
            return ToConfirmation(from ?? Person(id));
        }

        var done = act switch
        {
            "disable" => await manage.SetDisabledAsync(viewer, id, disabled: true, ct),
            "enable" => await manage.SetDisabledAsync(viewer, id, disabled: false, ct),
            "sessions" => await manage.EndSessionsAsync(viewer, id, ct),
            _ => await manage.RemoveSecondFactorAsync(viewer, id, ct),
        };
        return done.Ok ? Done(http, "person.done." + act, Person(id)) : await PersonAsync(http, viewer, id, null, "", done.Refusal, ct);
    }

    private static async Task<IResult> GrantAsync(
        long id, HttpContext http, Viewer viewer, GrantRole grant, [FromForm] string? role, [FromForm] long organisationId, [FromForm] string? from, [FromForm] string? to, CancellationToken ct)
    {
        if (http.NeedsConfirmation() is not null)
        {
            return ToConfirmation(Person(id));
        }

        // People name the last day on which the role is held; the rows keep the first day without it.
        var granted = Day(from) is not { } first ? new Refusal("day-unread") { Field = "from" }
            : !string.IsNullOrWhiteSpace(to) && Day(to) is null ? new Refusal("day-unread") { Field = "to" }
            : await grant.RunAsync(viewer, viewer.RegionId, new RoleInput(id, organisationId, role ?? "", first, Day(to)?.AddDays(1)), ct);
        return granted.Ok ? Done(http, "person.granted", Person(id)) : await PersonAsync(http, viewer, id, null, "role", granted.Refusal, ct);
    }

    private static async Task<IResult> EndRoleAsync(long id, long membership, HttpContext http, Viewer viewer, GrantRole grant, CancellationToken ct, [FromForm] string? from = null)
    {
        if (http.NeedsConfirmation() is not null)
        {
            return ToConfirmation(from ?? Person(id));
        }

        var ended = await grant.EndAsync(viewer, membership, ct);
        return ended.Ok ? Done(http, "person.role-ended", Person(id)) : await PersonAsync(http, viewer, id, null, "", ended.Refusal, ct);
    }

    private static async Task<IResult> TreeAsync(HttpContext http, Viewer viewer, long? body, string? dialog, Refusal? refusal, CancellationToken ct)
    {
        if (ReadOrganisation.MayLook(viewer) is { } hidden)
        {
            return await Refusals.PageAsync(http, hidden);
        }

        var (read, texts) = (http.RequestServices.GetRequiredService<ReadOrganisation>(), http.RequestServices.GetRequiredService<Texts>());
        var tree = await read.TreeAsync(viewer, ct);
        var open = (body ?? tree.FirstOrDefault(l => l.Kind == BodyKind.Bureau)?.Id) is { } id ? await read.BodyAsync(viewer, id, ct) : default(Outcome<BodyView>?);
        if (open is { Ok: false } gone)
        {
            return await Refusals.PageAsync(http, gone.Refusal!);
        }

        var model = new OrganisationModel(
            tree, open?.Value, Why(viewer.May(Right.ManageOrganisation), texts), viewer.Today, dialog, Errors(refusal, texts), Typed(http));
        return await Pages.RenderAsync<OrganisationPage>(http, model, refusal is null ? StatusCodes.Status200OK : Answers.StatusOf(refusal));
    }

    private static async Task<IResult> PeopleAsync(HttpContext http, Viewer viewer, string? text, string? after, Refusal? refusal, CancellationToken ct)
    {
        var (read, texts) = (http.RequestServices.GetRequiredService<ReadOrganisation>(), http.RequestServices.GetRequiredService<Texts>());
        var people = await read.PeopleAsync(viewer, text, after, PeopleOnAPage, ct);
        if (!people.Ok)
        {
            return await Refusals.PageAsync(http, people.Refusal!);
        }

        var next = people.Value.Count == PeopleOnAPage ? people.Value[^1].UserName.ToUpperInvariant() : null;
        var model = new PeopleModel(
            people.Value, text, next, Why(viewer.May(Right.ManageAccounts), texts), refusal is null ? null : "new-account", Errors(refusal, texts), Typed(http));
        return await Pages.RenderAsync<PeoplePage>(http, model, refusal is null ? StatusCodes.Status200OK : Answers.StatusOf(refusal));
    }

    private static async Task<IResult> PersonAsync(
        HttpContext http, Viewer viewer, long id, string? startPassword, string? refused, Refusal? refusal, CancellationToken ct)
    {
        var (read, texts) = (http.RequestServices.GetRequiredService<ReadOrganisation>(), http.RequestServices.GetRequiredService<Texts>());
        var person = await read.PersonAsync(viewer, id, ct);
        if (!person.Ok)
        {
            return await Refusals.PageAsync(http, person.Refusal!);
        }

        var bodies = (await read.TreeAsync(viewer, ct)).Select(l => new Choice(l.Id.ToString(CultureInfo.InvariantCulture), $"{l.Code} {l.Name}")).ToList();
        var own = id == viewer.UserId ? texts.Refusal(new Refusal("account-own")) : null;
        var model = new PersonModel(
            person.Value, bodies, viewer.Today, startPassword,
            own ?? Why(viewer.May(Right.ManageAccounts), texts), own ?? Why(viewer.May(Right.GrantRoles), texts), refused, Errors(refusal, texts), Typed(http));
        return await Pages.RenderAsync<PersonPage>(http, model, refusal is null ? StatusCodes.Status200OK : Answers.StatusOf(refusal));
    }

    private static Microsoft.AspNetCore.Http.HttpResults.RedirectHttpResult Done(HttpContext http, string text, string to, params object?[] args)
    {
        var texts = http.RequestServices.GetRequiredService<Texts>();
        http.RequestServices.GetRequiredService<Toasts>().Say(http, new ToastModel(texts[text, args]));
        return TypedResults.LocalRedirect(UiSetup.LocalOr(to, "/organisation"));
    }

    private static Microsoft.AspNetCore.Http.HttpResults.RedirectHttpResult ToConfirmation(string back) =>
        TypedResults.LocalRedirect($"/account/confirm?returnUrl={Uri.EscapeDataString(UiSetup.LocalOr(back, "/organisation"))}");

    private static string Person(long id) => string.Create(CultureInfo.InvariantCulture, $"/organisation/people/{id}");

    private static string? Why(Refusal? refusal, Texts texts) => refusal is null ? null : texts.Refusal(refusal);

    private static FormErrors Errors(Refusal? refusal, Texts texts) => refusal is null ? FormErrors.None : FormErrors.Of(texts, refusal);

    private static Dictionary<string, string> Typed(HttpContext http) => http.Request.HasFormContentType
        ? http.Request.Form.ToDictionary(f => f.Key, f => f.Value.ToString(), StringComparer.Ordinal)
        : [];

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text?.Trim(), ["yyyy-MM-dd", "yyyy-M-d", "yyyy/M/d", "yyyy年M月d日"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
