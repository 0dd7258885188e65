using System.Text.Encodings.Web;
using System.Text.Json;

namespace PerfFlow.Platform.Notices;

/// <summary>The JSON columns of a notice.</summary>
internal static class NoticeJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static IReadOnlyList<NoticeAttachment> Attachments(Notice notice) =>
        JsonSerializer.Deserialize<List<NoticeAttachment>>(notice.Attachments, Options)!;

    public static NoticeLadder? Ladder(Notice notice) =>
        notice.Ladder is null ? null : JsonSerializer.Deserialize<NoticeLadder>(notice.Ladder, Options);
}
