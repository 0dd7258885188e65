using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using PerfFlow.Engine.Layout;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Definitions;

/// <summary>A version to be published, with what was typed when it comes back; without a preview, the form that asks for a file.</summary>
/// <param name="Again">It is a known version, named by its row; else the file travels with the form.</param>
public sealed record PublishModel(PublicationPreview? Preview, bool Again, FormErrors Errors, string? Reason = null);

/// <summary>流程定义 as pages.</summary>
internal static class DefinitionPages
{
    public static IEndpointRouteBuilder MapDefinitionPages(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/definitions").ExcludeFromDescription();
        pages.MapGet("", ListAsync);
        pages.MapGet("/upload", ShowUpload);
        pages.MapPost("/upload", UploadAsync);
        pages.MapPost("/publish", PublishAsync);
        pages.MapGet("/{definition}", OneAsync);
        pages.MapGet("/{definition}/compare", CompareAsync);
        pages.MapGet("/{definition}/versions/{row:int}/file", FileAsync);
        pages.MapGet("/{definition}/versions/{row:int}/publish", ShowAgainAsync);
        return routes;
    }

    /// <summary>出厂第1版, 本地第2版: the same number may stand for one of each.</summary>
    public static string NameOf(DefinitionHead head, Texts texts) => texts[head.RegionId is null ? "versions.shipped" : "versions.own", head.Version];

    /// <summary>What people here call a definition; a part goes by the name in its file.</summary>
    public static string TitleOf(string definitionId, Texts texts, string? name = null) =>
        texts.Has($"definitions.{definitionId}") ? texts[$"definitions.{definitionId}"] : name ?? definitionId;

    /// <summary>Who did it, and that it was at the command line where it was.</summary>
    public static string Who(string person, string? channel, Texts texts) => channel is null ? person : texts["versions.by-command-line", person];

    /// <summary>The versions that run inside another: 会签（本地第2版）、….</summary>
    public static string PartsOf(IEnumerable<DefinitionHead> parts, Texts texts) =>
        string.Join(texts["pictures.and"], parts.Select(part => texts["versions.part-version", TitleOf(part.DefinitionId, texts), NameOf(part, texts)]));

    public static IResult Download(DefinitionHead head, byte[] source) =>
        TypedResults.File(source, "application/json", string.Create(CultureInfo.InvariantCulture, $"{head.DefinitionId}-{head.Version}.json"));

    internal sealed record PublishForm
    {
        public int? Row { get; init; }

        /// <summary>The file in base64: it travels with the page that shows what it changes.</summary>
        public string? Source { get; init; }

        public int? Current { get; init; }

        public string? Reason { get; init; }
    }

    private static async Task<IResult> ListAsync(HttpContext http, Viewer viewer, ReadDefinitions read, CancellationToken ct)
    {
        var lines = await read.ListAsync(viewer, ct);
        return lines.Ok ? await Pages.RenderAsync<DefinitionsPage>(http, lines.Value) : await Refusals.PageAsync(http, lines.Refusal!);
    }

    private static async Task<IResult> OneAsync(string definition, HttpContext http, Viewer viewer, ReadDefinitions read, CancellationToken ct)
    {
        var view = await read.OneAsync(viewer, definition, ct);
        return view.Ok ? await Pages.RenderAsync<DefinitionPage>(http, view.Value) : await Refusals.PageAsync(http, view.Refusal!);
    }

    private static async Task<IResult> CompareAsync(string definition, [FromQuery] int from, [FromQuery] int to, HttpContext http, Viewer viewer, ReadDefinitions read)
    {
        var compared = read.Compare(viewer, definition, from, to);
        return compared.Ok ? await Pages.RenderAsync<ComparisonPage>(http, compared.Value) : await Refusals.PageAsync(http, compared.Refusal!);
    }

    private static async Task<IResult> FileAsync(string definition, int row, HttpContext http, Viewer viewer, ReadDefinitions read, CancellationToken ct)
    {
        var file = await read.SourceAsync(viewer, definition, row, ct);
        return file.Ok ? Download(file.Value.Head, file.Value.Source) : await Refusals.PageAsync(http, file.Refusal!);
    }

    private static async Task<IResult> ShowUpload(HttpContext http, Viewer viewer) => viewer.May(Right.PublishDefinitions) is { } refusal
        ? await Refusals.PageAsync(http, refusal)
        : await Pages.RenderAsync<PublishPage>(http, new PublishModel(null, false, FormErrors.None));

    private static async Task<IResult> UploadAsync(HttpContext http, Viewer viewer, PublishDefinition publish, Texts texts, [FromForm] IFormFile? file, CancellationToken ct)
    {
        Outcome<PublicationPreview> preview = new Refusal("import-file") { Field = "file" };
        if (file is { Length: > PublishDefinition.MostBytes })
        {
            preview = new Refusal("definition-too-large", PublishDefinition.MostBytes / 1000) { Field = "file" };
        }
        else if (file is { Length: > 0 })
        {
            using var content = new MemoryStream();
            await file.CopyToAsync(content, ct);
            preview = await publish.CheckAsync(viewer, file.FileName, content.ToArray(), ct);
        }

        return preview switch
        {
            { Ok: true, Value: var found } => await Pages.RenderAsync<PublishPage>(
                http, new PublishModel(found, false, FormErrors.None), found.Flaws.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity),
            { Refusal: { Field: not null } wrong } => await Pages.RenderAsync<PublishPage>(http, new PublishModel(null, false, FormErrors.Of(texts, wrong)), Answers.StatusOf(wrong)),
            _ => await Refusals.PageAsync(http, preview.Refusal!),
        };
    }

    private static async Task<IResult> ShowAgainAsync(string definition, int row, HttpContext http, Viewer viewer, PublishDefinition publish, CancellationToken ct)
    {
        var preview = await publish.CheckAsync(viewer, row, ct);
        return preview.Ok && preview.Value.Definition!.DefinitionId == definition
            ? await Pages.RenderAsync<PublishPage>(http, new PublishModel(preview.Value, true, FormErrors.None))
            : await Refusals.PageAsync(http, preview.Refusal ?? Refusal.NotFound());
    }

    private static async Task<IResult> PublishAsync(HttpContext http, Viewer viewer, [FromForm] PublishForm form, PublishDefinition publish, Toasts toasts, Texts texts, CancellationToken ct)
    {
        var source = Bytes(form.Source);
        var done = form.Row is { } row
            ? await publish.RunAsync(viewer, row, form.Current, form.Reason ?? "", ct)
            : await publish.RunAsync(viewer, source, form.Current, form.Reason ?? "", ct);
        if (done.Ok)
        {
            toasts.Say(http, new ToastModel(texts["versions.published", TitleOf(done.Value.DefinitionId, texts), done.Value.Version], texts["versions.published.detail"]));
            return TypedResults.LocalRedirect($"/definitions/{done.Value.DefinitionId}");
        }

        var preview = form.Row is { } known ? await publish.CheckAsync(viewer, known, ct) : await publish.CheckAsync(viewer, "definition.json", source, ct);
        return preview.Ok
            ? await Pages.RenderAsync<PublishPage>(http, new PublishModel(preview.Value, form.Row is not null, FormErrors.Of(texts, done.Refusal!), form.Reason), Answers.StatusOf(done.Refusal!))
            : await Refusals.PageAsync(http, preview.Refusal!);
    }

    private static byte[] Bytes(string? base64)
    {
        var bytes = new byte[(base64?.Length ?? 0) / 4 * 3];
        return Convert.TryFromBase64String(base64 ?? "", bytes, out var length) ? bytes[..length] : [];
    }
}
