using Microsoft.AspNetCore.Http.HttpResults;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Organisation;

using Refused = JsonHttpResult<RefusedAnswer>;

/// <summary>The tree, the accounts and the roles as JSON; the same use cases as the pages.</summary>
internal static class OrganisationApi
{
    public static void MapOrganisationApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/organisation").WithTags("Organisation").WithRefusals();
        api.MapGet("/bodies", TreeAsync).WithSummary("All bodies that exist today, by code");
        api.MapGet("/bodies/{id:long}", BodyAsync).WithSummary("A body with its people and its 归口");
        api.MapPost("/bodies", MakeAsync).WithSummary("Makes a body");
        api.MapPut("/bodies/{id:long}", RenameAsync).WithSummary("Renames a body");
        api.MapDelete("/bodies/{id:long}", CloseAsync).WithSummary("Ends a body from today on");
        api.MapPut("/bodies/{id:long}/section", MapAsync).WithSummary("Gives a department another 归口科室 from a day on");
        api.MapGet("/people", PeopleAsync).WithSummary("Accounts by name, fifty at a time");
        api.MapGet("/people/{id:long}", PersonAsync).WithSummary("An account with its roles and what it sees");
        api.MapPost("/people", CreateAsync).WithSummary("Makes an account; the start password is answered this once");
        api.MapPost("/people/{id:long}/password", ResetAsync).WithSummary("Gives a new start password and ends the sessions");
        api.MapPut("/people/{id:long}/disabled", DisableAsync).WithSummary("Switches an account off or on");
        api.MapPost("/people/{id:long}/roles", GrantAsync).WithSummary("Gives a role at a body for a time");
        api.MapDelete("/roles/{id:long}", EndRoleAsync).WithSummary("Ends a role from today on");
    }

    private static async Task<Results<Ok<IReadOnlyList<TreeLine>>, Refused>> TreeAsync(Viewer viewer, ReadOrganisation read, Texts texts, CancellationToken ct) =>
        ReadOrganisation.MayLook(viewer) is { } refusal ? texts.Refuse(refusal) : TypedResults.Ok(await read.TreeAsync(viewer, ct));

    private static async Task<Results<Ok<BodyView>, Refused>> BodyAsync(long id, Viewer viewer, ReadOrganisation read, Texts texts, CancellationToken ct) =>
        texts.Answer(await read.BodyAsync(viewer, id, ct));

    private static async Task<Results<Ok<Body>, Refused>> MakeAsync(BodyInput input, Viewer viewer, SaveBody save, Texts texts, CancellationToken ct) =>
        texts.Answer(await save.RunAsync(viewer, viewer.RegionId, input with { Id = null }, ct));

    private static async Task<Results<Ok<Body>, Refused>> RenameAsync(long id, NameInput input, Viewer viewer, SaveBody save, Texts texts, CancellationToken ct) =>
        texts.Answer(await save.RunAsync(viewer, viewer.RegionId, new BodyInput(id, default, "", input.Name, input.ShortName, null), ct));

    private static async Task<Results<NoContent, Refused>> CloseAsync(long id, Viewer viewer, CloseBody close, Texts texts, CancellationToken ct) =>
        texts.AnswerDone(await close.RunAsync(viewer, id, ct));

    private static async Task<Results<NoContent, Refused>> MapAsync(long id, MappingInput input, Viewer viewer, MapSection map, Texts texts, CancellationToken ct) =>
        texts.AnswerDone(await map.RunAsync(viewer, viewer.RegionId, id, input.SectionId, input.From, ct));

    private static async Task<Results<Ok<IReadOnlyList<PersonLine>>, Refused>> PeopleAsync(
        Viewer viewer, ReadOrganisation read, Texts texts, CancellationToken ct, string? text = null, string? after = null) =>
        texts.Answer(await read.PeopleAsync(viewer, text, after, 50, ct));

    private static async Task<Results<Ok<PersonView>, Refused>> PersonAsync(long id, Viewer viewer, ReadOrganisation read, Texts texts, CancellationToken ct) =>
        texts.Answer(await read.PersonAsync(viewer, id, ct));

    private static async Task<Results<Ok<MadeAccount>, Refused>> CreateAsync(
        AccountInput input, HttpContext http, Viewer viewer, CreateAccount create, Texts texts, CancellationToken ct) =>
        http.NeedsConfirmation() is { } refusal
            ? texts.Refuse(refusal)
            : texts.Answer(await create.RunAsync(viewer, new NewAccount(viewer.RegionId, input.UserName, input.Name, input.Email), ct));

    private static async Task<Results<Ok<string>, Refused>> ResetAsync(
        long id, HttpContext http, Viewer viewer, ManageAccount manage, Texts texts, CancellationToken ct) =>
        http.NeedsConfirmation() is { } refusal ? texts.Refuse(refusal) : texts.Answer(await manage.ResetPasswordAsync(viewer, id, ct));

    private static async Task<Results<NoContent, Refused>> DisableAsync(
        long id, DisabledInput input, HttpContext http, Viewer viewer, ManageAccount manage, Texts texts, CancellationToken ct) =>
        http.NeedsConfirmation() is { } refusal ? texts.Refuse(refusal) : texts.AnswerDone(await manage.SetDisabledAsync(viewer, id, input.Disabled, ct));

    private static async Task<Results<NoContent, Refused>> GrantAsync(
        long id, GrantInput input, HttpContext http, Viewer viewer, GrantRole grant, Texts texts, CancellationToken ct) =>
        http.NeedsConfirmation() is { } refusal
            ? texts.Refuse(refusal)
            : texts.AnswerDone(await grant.RunAsync(viewer, viewer.RegionId, new RoleInput(id, input.OrganisationId, input.Role, input.From, input.To), ct));

    private static async Task<Results<NoContent, Refused>> EndRoleAsync(
        long id, HttpContext http, Viewer viewer, GrantRole grant, Texts texts, CancellationToken ct) =>
        http.NeedsConfirmation() is { } refusal ? texts.Refuse(refusal) : texts.AnswerDone(await grant.EndAsync(viewer, id, ct));

    internal sealed record NameInput(string Name, string? ShortName);

    internal sealed record MappingInput(long SectionId, DateOnly From);

    /// <summary>What a caller may set: never region, role or flags (mass assignment, ASVS 15.3.3).</summary>
    internal sealed record AccountInput(string UserName, string Name, string? Email);

    internal sealed record DisabledInput(bool Disabled);

    internal sealed record GrantInput(long OrganisationId, string Role, DateOnly From, DateOnly? To);
}
