using System.Text.Json;
using PerfFlow.Engine.Activities;
using PerfFlow.Engine.Expressions;

namespace PerfFlow.Engine.Definitions;

/// <summary>One activity of a file while it is compiled: reads properties, and collects what is wrong with them.</summary>
internal sealed class ActivityReader
{
    private readonly JsonElement element;

    public ActivityReader(LoadContext context, VariableScope scope, JsonElement element, string path, string type)
    {
        Context = context;
        Scope = scope;
        this.element = element;
        Path = path;
        Type = type;
        Id = Text("id") ?? "";
        Name = DisplayText() ?? Text("name") ?? Id;
        ScriptName = Text("name") ?? Id;
        if (Id.Length == 0)
            Error("id", ReasonCodes.ActivityWithoutId);
    }

    public LoadContext Context { get; }

    /// <summary>The variables that the properties of the activity can see.</summary>
    public VariableScope Scope { get; }

    public string Path { get; }

    public string Type { get; }

    public string Id { get; }

    public string Name { get; }

    /// <summary>The name by which scripts refer to it.</summary>
    public string ScriptName { get; }

    public JsonElement Element => element;

    public void Error(string? property, string code, params string?[] args) => Error(property, new Reason(code, args));

    public void Error(string? property, Reason reason) =>
        Context.Error(property is null ? Path : $"{Path}.{property}", Id.Length > 0 ? Id : null, property, reason);

    public bool Has(string property) => element.TryGetProperty(property, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A plain text property, absent = null.</summary>
    public string? Text(string property) =>
        element.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A flag that Elsa keeps among the custom properties, or in older files in the activity itself.</summary>
    public bool Flag(string name) => Custom(name) is { ValueKind: JsonValueKind.True };

    public JsonElement? Custom(string name)
    {
        if (element.TryGetProperty("customProperties", out var custom) && custom.ValueKind == JsonValueKind.Object && custom.TryGetProperty(name, out var value))
            return value;
        return element.TryGetProperty(name, out value) ? value : null;
    }

    public MergeMode MergeMode()
    {
        if (Custom("mergeMode") is not { } value || value.ValueKind == JsonValueKind.Null)
            return Activities.MergeMode.Stream;
        var name = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.ToString();
        if (name is "" || string.Equals(name, "None", StringComparison.OrdinalIgnoreCase))
            return Activities.MergeMode.Stream;
        if (!char.IsAsciiLetter(name[0]) || !Enum.TryParse<MergeMode>(name, ignoreCase: true, out var mode))
            Error("customProperties.mergeMode", ReasonCodes.MergeMode, name);
        else
            return mode;
        return Activities.MergeMode.Stream;
    }

    /// <summary>An input: null where the file says nothing.</summary>
    public Expression? Input(string property) => Has(property) ? Wrapped(element.GetProperty(property), $"{Path}.{property}", property) : null;

    /// <summary>An input that the activity cannot do without.</summary>
    public Expression Required(string property)
    {
        var input = Input(property);
        if (input is null && !Has(property))
            Error(property, ReasonCodes.NeedsProperty, Type, property);
        return input ?? new LiteralExpression(null);
    }

    /// <summary>An input that must be written out, because the graph depends on it.</summary>
    public object? Constant(string property, object? whenAbsent)
    {
        if (Input(property) is not { } input)
            return whenAbsent;
        if (input.TryConstant(out var value))
            return value;
        Error(property, ReasonCodes.MustBeLiteral, property, Type);
        return whenAbsent;
    }

    /// <summary>Where an output goes to: a variable or an output of the workflow, and the script functions that ask for it.</summary>
    public OutputTarget Output(string property)
    {
        var target = new OutputTarget(Id, ScriptName, property);
        if (!Has(property))
            return target;
        var output = element.GetProperty(property);
        if (output.ValueKind != JsonValueKind.Object || !output.TryGetProperty("memoryReference", out var reference))
        {
            Error(property, ReasonCodes.OutputWithoutReference);
            return target;
        }

        if (reference.ValueKind != JsonValueKind.Object || !reference.TryGetProperty("id", out var given) || given.ValueKind != JsonValueKind.String)
            return target;
        var id = given.GetString()!;
        target.Variable = Scope.ById(id);
        if (target.Variable is null && Scope.Workflow.Outputs.Contains(id))
            target.WorkflowOutput = new WorkflowOutput(id, Scope.HopsToWorkflow());
        return target;
    }

    /// <summary>An activity in a property of this one.</summary>
    public Node? Child(string property, VariableScope scope) => Has(property)
        ? ActivityTypes.Read(Context, scope, element.GetProperty(property), $"{Path}.{property}", Id, property)
        : null;

    /// <summary>The activities of a list.</summary>
    public List<Node> Children(string property, VariableScope scope)
    {
        var children = new List<Node>();
        if (!Has(property))
            return children;
        var index = 0;
        foreach (var item in Items(element.GetProperty(property), property))
        {
            var child = ActivityTypes.Read(Context, scope, item, $"{Path}.{property}[{index++}]", Id, property);
            if (child is not null)
                children.Add(child);
        }

        return children;
    }

    /// <summary>The list has an activity of this id, whether or not it can be run.</summary>
    public bool Declares(string property, string id) => Has(property) && Items(element.GetProperty(property), property).Any(item =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("id", out var own) && own.ValueKind == JsonValueKind.String && own.GetString() == id);

    /// <summary>The elements of a list, which Elsa sometimes wraps.</summary>
    public IEnumerable<JsonElement> Items(JsonElement list, string property)
    {
        foreach (var wrapper in (ReadOnlySpan<string>)["$values", "items", "values"])
        {
            if (list.ValueKind == JsonValueKind.Object && list.TryGetProperty(wrapper, out var inner))
                list = inner;
        }

        if (list.ValueKind == JsonValueKind.Array)
            return [.. list.EnumerateArray()];
        Error(property, ReasonCodes.MustBeList, property);
        return [];
    }

    /// <summary>A scope for the children of this activity, with the variables that it declares.</summary>
    public VariableScope OpenScope()
    {
        var inner = new VariableScope(Scope, Scope.Workflow);
        VariableReader.Read(Context, element, Path, Id, inner);
        Context.Scopes.Add(inner);
        return inner;
    }

    /// <summary><c>{ typeName, expression: { type, value } }</c>, or a bare value.</summary>
    public Expression? Wrapped(JsonElement input, string path, string property)
    {
        if (input.ValueKind != JsonValueKind.Object)
            return new LiteralExpression(Facts.ValueFromJson(input));
        if (!input.TryGetProperty("typeName", out var named) || named.ValueKind == JsonValueKind.Null)
        {
            Context.Error(path, Id, property, ReasonCodes.InputWithoutType);
            return null;
        }

        if (!input.TryGetProperty("expression", out var expression) || expression.ValueKind == JsonValueKind.Null)
            return new LiteralExpression(null);
        var compiled = Expression(expression, $"{path}.expression", property);
        return compiled is LiteralExpression literal && input.TryGetProperty("typeName", out var type) && type.ValueKind == JsonValueKind.String
            ? literal.As(FactTypes.Named(type.GetString()))
            : compiled;
    }

    /// <summary><c>{ type, value }</c>.</summary>
    public Expression? Expression(JsonElement expression, string path, string property)
    {
        if (expression.ValueKind != JsonValueKind.Object || !expression.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
        {
            Context.Error(path, Id, property, ReasonCodes.ExpressionWithoutType);
            return null;
        }

        var value = expression.TryGetProperty("value", out var given) ? given : default;
        return ExpressionReader.Read(this, type.GetString()!, value, path, property);
    }

    private string? DisplayText() => element.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
        && metadata.TryGetProperty("displayText", out var text) && text.ValueKind == JsonValueKind.String && text.GetString() is { Length: > 0 } shown
            ? shown
            : null;
}
