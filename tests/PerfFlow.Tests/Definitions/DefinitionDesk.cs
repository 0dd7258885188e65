using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AngleSharp.Html.Dom;
using PerfFlow.Engine.Definitions;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Definitions;

/// <summary>One office for all tests of a class; each takes a definition of its own.</summary>
public sealed class DefinitionDesk(PostgresServer postgres) : IAsyncLifetime
{
    internal ReviewOffice Office { get; private set; } = null!;

    internal DefinitionCatalog Catalog => Office.App.Get<DefinitionCatalog>();

    internal int Region => Office.County.RegionId;

    public async ValueTask InitializeAsync() => Office = await ReviewOffice.OpenAsync(postgres);

    public ValueTask DisposeAsync() => Office.DisposeAsync();

    internal static byte[] Shipped(string definition) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "workflows", $"{definition}.json"));

    /// <summary>
    /// A version of a shipped file with another number, changed, with properties that nobody here knows and with spaces that no
    /// writer of JSON would make.
    /// </summary>
    internal static byte[] Edited(string definition, int version, Action<JsonNode>? change = null)
    {
        var node = JsonNode.Parse(Shipped(definition))!;
        node["version"] = version;
        node["id"] = $"{definition}-local-{version}";
        node["remarks"] = new JsonObject { ["by"] = "县局", ["rev"] = 1.50 };
        change?.Invoke(node);
        return [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(node.ToJsonString() + " \r\n\t")];
    }

    /// <summary>An activity at any depth.</summary>
    internal static JsonObject Activity(JsonNode node, string id) => Activities(node["root"]!).Single(a => (string?)a["id"] == id);

    internal static string Payload(JsonNode node, string step) => (string)Activity(node, step)["payload"]!["expression"]!["value"]!;

    internal static void SetPayload(JsonNode node, string step, Func<string, string> change) =>
        Activity(node, step)["payload"]!["expression"]!["value"] = change(Payload(node, step));

    internal static WorkflowDefinition Load(byte[] source)
    {
        var load = DefinitionLoader.Load("test.json", source);
        return load.Definition ?? throw new InvalidOperationException(string.Join('\n', load.Errors));
    }

    internal static async Task<HttpResponseMessage> UploadAsync(Visitor admin, byte[] file)
    {
        var page = await admin.PageAsync("/definitions/upload");
        var form = Assert.Single(page.Forms, f => f.GetAttribute("action") == "/definitions/upload");
        using var content = new MultipartFormDataContent();
        foreach (var field in form.QuerySelectorAll("input[type=hidden]").OfType<IHtmlInputElement>())
        {
            content.Add(new StringContent(field.Value), field.Name!);
        }

        var part = new ByteArrayContent(file);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Add(part, "file", "流程.json");
        return await admin.Http.PostAsync("/definitions/upload", content, TestContext.Current.CancellationToken);
    }

    /// <summary>Sends the confirmation of a page that is shown.</summary>
    internal static async Task<HttpResponseMessage> ConfirmAsync(Visitor admin, IHtmlDocument page, string reason)
    {
        var form = Assert.Single(page.Forms, f => f.GetAttribute("action") == "/definitions/publish");
        var fields = form.QuerySelectorAll("input[type=hidden]").OfType<IHtmlInputElement>().Select(i => KeyValuePair.Create(i.Name!, i.Value)).Append(new("reason", reason));
        return await admin.Http.PostAsync("/definitions/publish", new FormUrlEncodedContent(fields), TestContext.Current.CancellationToken);
    }

    private static IEnumerable<JsonObject> Activities(JsonNode node) => node switch
    {
        JsonObject o => (o["id"] is JsonValue && o["type"] is JsonValue ? [o] : Enumerable.Empty<JsonObject>()).Concat(o.Where(p => p.Value is not null).SelectMany(p => Activities(p.Value!))),
        JsonArray a => a.Where(i => i is not null).SelectMany(i => Activities(i!)),
        _ => [],
    };
}
