/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["podtree-stream"] || ($protobuf.roots["podtree-stream"] = {});

export const podtree = $root.podtree = (() => {

    /**
     * Namespace podtree.
     * @exports podtree
     * @namespace
     */
    const podtree = {};

    podtree.v1 = (function() {

        /**
         * Namespace v1.
         * @memberof podtree
         * @namespace
         */
        const v1 = {};

        v1.Frame = (function() {

            /**
             * Properties of a Frame.
             * @typedef {Object} podtree.v1.Frame.$Properties
             * @property {podtree.v1.Hello.$Properties|null} [hello] Frame hello
             * @property {podtree.v1.Snapshot.$Properties|null} [snapshot] Frame snapshot
             * @property {Array.<podtree.v1.Update.$Properties>|null} [updates] Frame updates
             * @property {podtree.v1.Gap.$Properties|null} [gap] Frame gap
             * @property {podtree.v1.Heartbeat.$Properties|null} [heartbeat] Frame heartbeat
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Frame.
             * @memberof podtree.v1
             * @interface IFrame
             * @augments podtree.v1.Frame.$Properties
             * @deprecated Use podtree.v1.Frame.$Properties instead.
             */

            /**
             * Shape of a Frame.
             * @typedef {podtree.v1.Frame.$Properties} podtree.v1.Frame.$Shape
             */

            /**
             * Constructs a new Frame.
             * @memberof podtree.v1
             * @classdesc Represents a Frame.
             * @constructor
             * @param {podtree.v1.Frame.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Frame = function (properties) {
                this.updates = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Frame hello.
             * @member {podtree.v1.Hello.$Properties|null|undefined} hello
             * @memberof podtree.v1.Frame
             * @instance
             */
            Frame.prototype.hello = null;

            /**
             * Frame snapshot.
             * @member {podtree.v1.Snapshot.$Properties|null|undefined} snapshot
             * @memberof podtree.v1.Frame
             * @instance
             */
            Frame.prototype.snapshot = null;

            /**
             * Frame updates.
             * @member {Array.<podtree.v1.Update.$Properties>} updates
             * @memberof podtree.v1.Frame
             * @instance
             */
            Frame.prototype.updates = $util.emptyArray;

            /**
             * Frame gap.
             * @member {podtree.v1.Gap.$Properties|null|undefined} gap
             * @memberof podtree.v1.Frame
             * @instance
             */
            Frame.prototype.gap = null;

            /**
             * Frame heartbeat.
             * @member {podtree.v1.Heartbeat.$Properties|null|undefined} heartbeat
             * @memberof podtree.v1.Frame
             * @instance
             */
            Frame.prototype.heartbeat = null;

            /**
             * Encodes the specified Frame message. Does not implicitly {@link podtree.v1.Frame.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Frame
             * @static
             * @param {podtree.v1.Frame.$Properties} message Frame message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Frame.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.hello != null && $Object.hasOwnProperty.call(message, "hello"))
                    $root.podtree.v1.Hello.encode(message.hello, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.snapshot != null && $Object.hasOwnProperty.call(message, "snapshot"))
                    $root.podtree.v1.Snapshot.encode(message.snapshot, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.updates != null && message.updates.length)
                    for (let i = 0; i < message.updates.length; ++i)
                        $root.podtree.v1.Update.encode(message.updates[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.gap != null && $Object.hasOwnProperty.call(message, "gap"))
                    $root.podtree.v1.Gap.encode(message.gap, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.heartbeat != null && $Object.hasOwnProperty.call(message, "heartbeat"))
                    $root.podtree.v1.Heartbeat.encode(message.heartbeat, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Frame message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Frame
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Frame & podtree.v1.Frame.$Shape} Frame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Frame.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Frame();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.hello = $root.podtree.v1.Hello.decode(reader, reader.size(), $undefined, _depth + 1, message.hello);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.snapshot = $root.podtree.v1.Snapshot.decode(reader, reader.size(), $undefined, _depth + 1, message.snapshot);
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.updates && message.updates.length))
                                message.updates = [];
                            message.updates.push($root.podtree.v1.Update.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.gap = $root.podtree.v1.Gap.decode(reader, reader.size(), $undefined, _depth + 1, message.gap);
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.heartbeat = $root.podtree.v1.Heartbeat.decode(reader, reader.size(), $undefined, _depth + 1, message.heartbeat);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Frame;
        })();

        v1.Hello = (function() {

            /**
             * Properties of a Hello.
             * @typedef {Object} podtree.v1.Hello.$Properties
             * @property {string|null} [node] Hello node
             * @property {string|null} [bootId] Hello bootId
             * @property {string|null} [version] Hello version
             * @property {string|null} [epoch] Hello epoch
             * @property {boolean|null} [resumed] Hello resumed
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Hello.
             * @memberof podtree.v1
             * @interface IHello
             * @augments podtree.v1.Hello.$Properties
             * @deprecated Use podtree.v1.Hello.$Properties instead.
             */

            /**
             * Shape of a Hello.
             * @typedef {podtree.v1.Hello.$Properties} podtree.v1.Hello.$Shape
             */

            /**
             * Constructs a new Hello.
             * @memberof podtree.v1
             * @classdesc Represents a Hello.
             * @constructor
             * @param {podtree.v1.Hello.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Hello = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Hello node.
             * @member {string} node
             * @memberof podtree.v1.Hello
             * @instance
             */
            Hello.prototype.node = "";

            /**
             * Hello bootId.
             * @member {string} bootId
             * @memberof podtree.v1.Hello
             * @instance
             */
            Hello.prototype.bootId = "";

            /**
             * Hello version.
             * @member {string} version
             * @memberof podtree.v1.Hello
             * @instance
             */
            Hello.prototype.version = "";

            /**
             * Hello epoch.
             * @member {string} epoch
             * @memberof podtree.v1.Hello
             * @instance
             */
            Hello.prototype.epoch = "";

            /**
             * Hello resumed.
             * @member {boolean} resumed
             * @memberof podtree.v1.Hello
             * @instance
             */
            Hello.prototype.resumed = false;

            /**
             * Encodes the specified Hello message. Does not implicitly {@link podtree.v1.Hello.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Hello
             * @static
             * @param {podtree.v1.Hello.$Properties} message Hello message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Hello.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.node != null && $Object.hasOwnProperty.call(message, "node") && message.node !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.node);
                if (message.bootId != null && $Object.hasOwnProperty.call(message, "bootId") && message.bootId !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.bootId);
                if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.version);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && message.epoch !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.epoch);
                if (message.resumed != null && $Object.hasOwnProperty.call(message, "resumed") && message.resumed !== false)
                    writer.uint32(/* id 5, wireType 0 =*/40).bool(message.resumed);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Hello message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Hello
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Hello & podtree.v1.Hello.$Shape} Hello
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Hello.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Hello();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.node = value;
                            else
                                delete message.node;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.bootId = value;
                            else
                                delete message.bootId;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.version = value;
                            else
                                delete message.version;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.resumed = value;
                            else
                                delete message.resumed;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Hello;
        })();

        v1.Snapshot = (function() {

            /**
             * Properties of a Snapshot.
             * @typedef {Object} podtree.v1.Snapshot.$Properties
             * @property {string|null} [token] Snapshot token
             * @property {podtree.v1.Tree.$Properties|null} [tree] Snapshot tree
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Snapshot.
             * @memberof podtree.v1
             * @interface ISnapshot
             * @augments podtree.v1.Snapshot.$Properties
             * @deprecated Use podtree.v1.Snapshot.$Properties instead.
             */

            /**
             * Shape of a Snapshot.
             * @typedef {podtree.v1.Snapshot.$Properties} podtree.v1.Snapshot.$Shape
             */

            /**
             * Constructs a new Snapshot.
             * @memberof podtree.v1
             * @classdesc Represents a Snapshot.
             * @constructor
             * @param {podtree.v1.Snapshot.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Snapshot = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Snapshot token.
             * @member {string} token
             * @memberof podtree.v1.Snapshot
             * @instance
             */
            Snapshot.prototype.token = "";

            /**
             * Snapshot tree.
             * @member {podtree.v1.Tree.$Properties|null|undefined} tree
             * @memberof podtree.v1.Snapshot
             * @instance
             */
            Snapshot.prototype.tree = null;

            /**
             * Encodes the specified Snapshot message. Does not implicitly {@link podtree.v1.Snapshot.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Snapshot
             * @static
             * @param {podtree.v1.Snapshot.$Properties} message Snapshot message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Snapshot.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.token);
                if (message.tree != null && $Object.hasOwnProperty.call(message, "tree"))
                    $root.podtree.v1.Tree.encode(message.tree, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Snapshot message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Snapshot
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Snapshot & podtree.v1.Snapshot.$Shape} Snapshot
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Snapshot.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Snapshot();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.token = value;
                            else
                                delete message.token;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.tree = $root.podtree.v1.Tree.decode(reader, reader.size(), $undefined, _depth + 1, message.tree);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Snapshot;
        })();

        v1.Gap = (function() {

            /**
             * Properties of a Gap.
             * @typedef {Object} podtree.v1.Gap.$Properties
             * @property {string|null} [stage] Gap stage
             * @property {number|null} [lost] Gap lost
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Gap.
             * @memberof podtree.v1
             * @interface IGap
             * @augments podtree.v1.Gap.$Properties
             * @deprecated Use podtree.v1.Gap.$Properties instead.
             */

            /**
             * Shape of a Gap.
             * @typedef {podtree.v1.Gap.$Properties} podtree.v1.Gap.$Shape
             */

            /**
             * Constructs a new Gap.
             * @memberof podtree.v1
             * @classdesc Represents a Gap.
             * @constructor
             * @param {podtree.v1.Gap.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Gap = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Gap stage.
             * @member {string} stage
             * @memberof podtree.v1.Gap
             * @instance
             */
            Gap.prototype.stage = "";

            /**
             * Gap lost.
             * @member {number|null|undefined} lost
             * @memberof podtree.v1.Gap
             * @instance
             */
            Gap.prototype.lost = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Gap.prototype, "_lost", {
                get: $util.oneOfGetter($oneOfFields = ["lost"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Gap message. Does not implicitly {@link podtree.v1.Gap.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Gap
             * @static
             * @param {podtree.v1.Gap.$Properties} message Gap message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Gap.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.stage != null && $Object.hasOwnProperty.call(message, "stage") && message.stage !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.stage);
                if (message.lost != null && $Object.hasOwnProperty.call(message, "lost"))
                    writer.uint32(/* id 2, wireType 1 =*/17).double(message.lost);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Gap message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Gap
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Gap & podtree.v1.Gap.$Shape} Gap
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Gap.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Gap();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.stage = value;
                            else
                                delete message.stage;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 1)
                                break;
                            message.lost = reader.double();
                            message._lost = "lost";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Gap;
        })();

        v1.Heartbeat = (function() {

            /**
             * Properties of a Heartbeat.
             * @typedef {Object} podtree.v1.Heartbeat.$Properties
             * @property {string|null} [token] Heartbeat token
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Heartbeat.
             * @memberof podtree.v1
             * @interface IHeartbeat
             * @augments podtree.v1.Heartbeat.$Properties
             * @deprecated Use podtree.v1.Heartbeat.$Properties instead.
             */

            /**
             * Shape of a Heartbeat.
             * @typedef {podtree.v1.Heartbeat.$Properties} podtree.v1.Heartbeat.$Shape
             */

            /**
             * Constructs a new Heartbeat.
             * @memberof podtree.v1
             * @classdesc Represents a Heartbeat.
             * @constructor
             * @param {podtree.v1.Heartbeat.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Heartbeat = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Heartbeat token.
             * @member {string} token
             * @memberof podtree.v1.Heartbeat
             * @instance
             */
            Heartbeat.prototype.token = "";

            /**
             * Encodes the specified Heartbeat message. Does not implicitly {@link podtree.v1.Heartbeat.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Heartbeat
             * @static
             * @param {podtree.v1.Heartbeat.$Properties} message Heartbeat message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Heartbeat.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.token);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Heartbeat message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Heartbeat
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Heartbeat & podtree.v1.Heartbeat.$Shape} Heartbeat
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Heartbeat.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Heartbeat();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.token = value;
                            else
                                delete message.token;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Heartbeat;
        })();

        v1.Update = (function() {

            /**
             * Properties of an Update.
             * @typedef {Object} podtree.v1.Update.$Properties
             * @property {string|null} [token] Update token
             * @property {podtree.v1.Event.$Properties|null} [event] Update event
             * @property {Array.<podtree.v1.Change.$Properties>|null} [changes] Update changes
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Update.
             * @memberof podtree.v1
             * @interface IUpdate
             * @augments podtree.v1.Update.$Properties
             * @deprecated Use podtree.v1.Update.$Properties instead.
             */

            /**
             * Shape of an Update.
             * @typedef {podtree.v1.Update.$Properties} podtree.v1.Update.$Shape
             */

            /**
             * Constructs a new Update.
             * @memberof podtree.v1
             * @classdesc Represents an Update.
             * @constructor
             * @param {podtree.v1.Update.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Update = function (properties) {
                this.changes = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Update token.
             * @member {string} token
             * @memberof podtree.v1.Update
             * @instance
             */
            Update.prototype.token = "";

            /**
             * Update event.
             * @member {podtree.v1.Event.$Properties|null|undefined} event
             * @memberof podtree.v1.Update
             * @instance
             */
            Update.prototype.event = null;

            /**
             * Update changes.
             * @member {Array.<podtree.v1.Change.$Properties>} changes
             * @memberof podtree.v1.Update
             * @instance
             */
            Update.prototype.changes = $util.emptyArray;

            /**
             * Encodes the specified Update message. Does not implicitly {@link podtree.v1.Update.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Update
             * @static
             * @param {podtree.v1.Update.$Properties} message Update message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Update.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.token);
                if (message.event != null && $Object.hasOwnProperty.call(message, "event"))
                    $root.podtree.v1.Event.encode(message.event, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.changes != null && message.changes.length)
                    for (let i = 0; i < message.changes.length; ++i)
                        $root.podtree.v1.Change.encode(message.changes[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Update message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Update
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Update & podtree.v1.Update.$Shape} Update
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Update.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Update();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.token = value;
                            else
                                delete message.token;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.event = $root.podtree.v1.Event.decode(reader, reader.size(), $undefined, _depth + 1, message.event);
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.changes && message.changes.length))
                                message.changes = [];
                            message.changes.push($root.podtree.v1.Change.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Update;
        })();

        v1.Change = (function() {

            /**
             * Properties of a Change.
             * @typedef {Object} podtree.v1.Change.$Properties
             * @property {string|null} [op] Change op
             * @property {string|null} [kind] Change kind
             * @property {string|null} [podUid] Change podUid
             * @property {string|null} [sandboxId] Change sandboxId
             * @property {string|null} [containerId] Change containerId
             * @property {string|null} [key] Change key
             * @property {boolean|null} [history] Change history
             * @property {podtree.v1.Pod.$Properties|null} [pod] Change pod
             * @property {podtree.v1.Sandbox.$Properties|null} [sandbox] Change sandbox
             * @property {podtree.v1.Container.$Properties|null} [container] Change container
             * @property {podtree.v1.Process.$Properties|null} [process] Change process
             * @property {podtree.v1.LeakedNamespace.$Properties|null} [leaked] Change leaked
             * @property {podtree.v1.Usage.$Properties|null} [usage] Change usage
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Change.
             * @memberof podtree.v1
             * @interface IChange
             * @augments podtree.v1.Change.$Properties
             * @deprecated Use podtree.v1.Change.$Properties instead.
             */

            /**
             * Shape of a Change.
             * @typedef {podtree.v1.Change.$Properties} podtree.v1.Change.$Shape
             */

            /**
             * Constructs a new Change.
             * @memberof podtree.v1
             * @classdesc Represents a Change.
             * @constructor
             * @param {podtree.v1.Change.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Change = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Change op.
             * @member {string} op
             * @memberof podtree.v1.Change
             * @instance
             */
            Change.prototype.op = "";

            /**
             * Change kind.
             * @member {string} kind
             * @memberof podtree.v1.Change
             * @instance
             */
            Change.prototype.kind = "";

            /**
             * Change podUid.
             * @member {string|null|undefined} podUid
             * @memberof podtree.v1.Change
             * @instance
             */
            Change.prototype.podUid = null;

            /**
             * Change sandboxId.
             * @member {string|null|undefined} sandboxId
             * @memberof podtree.v1.Change
             * @instance
             */
            Change.prototype.sandboxId = null;

            /**
             * Change containerId.
             * @member {string|null|undefined} containerId
             * @memberof podtree.v1.Change
             * @instance
             */
            Change.prototype.containerId = null;

            /**
             * Change key.
             * @member {string} key
             * @memberof podtree.v1.Change
             * @instance
             */
            Change.prototype.key = "";

            /**
             * Change history.
             * @member {boolean|null|undefined} history
             * @memberof podtree.v1.Change
             * @instance
             */
            Change.prototype.history = null;

            /**
             * Change pod.
             * @member {podtree.v1.Pod.$Properties|null|undefined} pod
             * @memberof podtree.v1.Change
             * @instance
             */
            Change.prototype.pod = null;

            /**
             * Change sandbox.
             * @member {podtree.v1.Sandbox.$Properties|null|undefined} sandbox
             * @memberof podtree.v1.Change
             * @instance
             */
            Change.prototype.sandbox = null;

            /**
             * Change container.
             * @member {podtree.v1.Container.$Properties|null|undefined} container
             * @memberof podtree.v1.Change
             * @instance
             */
            Change.prototype.container = null;

            /**
             * Change process.
             * @member {podtree.v1.Process.$Properties|null|undefined} process
             * @memberof podtree.v1.Change
             * @instance
             */
            Change.prototype.process = null;

            /**
             * Change leaked.
             * @member {podtree.v1.LeakedNamespace.$Properties|null|undefined} leaked
             * @memberof podtree.v1.Change
             * @instance
             */
            Change.prototype.leaked = null;

            /**
             * Change usage.
             * @member {podtree.v1.Usage.$Properties|null|undefined} usage
             * @memberof podtree.v1.Change
             * @instance
             */
            Change.prototype.usage = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Change.prototype, "_podUid", {
                get: $util.oneOfGetter($oneOfFields = ["podUid"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Change.prototype, "_sandboxId", {
                get: $util.oneOfGetter($oneOfFields = ["sandboxId"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Change.prototype, "_containerId", {
                get: $util.oneOfGetter($oneOfFields = ["containerId"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Change.prototype, "_history", {
                get: $util.oneOfGetter($oneOfFields = ["history"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Change message. Does not implicitly {@link podtree.v1.Change.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Change
             * @static
             * @param {podtree.v1.Change.$Properties} message Change message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Change.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.op != null && $Object.hasOwnProperty.call(message, "op") && message.op !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.op);
                if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.kind);
                if (message.podUid != null && $Object.hasOwnProperty.call(message, "podUid"))
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.podUid);
                if (message.sandboxId != null && $Object.hasOwnProperty.call(message, "sandboxId"))
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.sandboxId);
                if (message.containerId != null && $Object.hasOwnProperty.call(message, "containerId"))
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.containerId);
                if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.key);
                if (message.history != null && $Object.hasOwnProperty.call(message, "history"))
                    writer.uint32(/* id 7, wireType 0 =*/56).bool(message.history);
                if (message.pod != null && $Object.hasOwnProperty.call(message, "pod"))
                    $root.podtree.v1.Pod.encode(message.pod, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                if (message.sandbox != null && $Object.hasOwnProperty.call(message, "sandbox"))
                    $root.podtree.v1.Sandbox.encode(message.sandbox, writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
                if (message.container != null && $Object.hasOwnProperty.call(message, "container"))
                    $root.podtree.v1.Container.encode(message.container, writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
                if (message.process != null && $Object.hasOwnProperty.call(message, "process"))
                    $root.podtree.v1.Process.encode(message.process, writer.uint32(/* id 13, wireType 2 =*/106).fork(), _depth + 1).ldelim();
                if (message.leaked != null && $Object.hasOwnProperty.call(message, "leaked"))
                    $root.podtree.v1.LeakedNamespace.encode(message.leaked, writer.uint32(/* id 14, wireType 2 =*/114).fork(), _depth + 1).ldelim();
                if (message.usage != null && $Object.hasOwnProperty.call(message, "usage"))
                    $root.podtree.v1.Usage.encode(message.usage, writer.uint32(/* id 15, wireType 2 =*/122).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Change message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Change
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Change & podtree.v1.Change.$Shape} Change
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Change.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Change();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.op = value;
                            else
                                delete message.op;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.kind = value;
                            else
                                delete message.kind;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.podUid = reader.stringVerify();
                            message._podUid = "podUid";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.sandboxId = reader.stringVerify();
                            message._sandboxId = "sandboxId";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.containerId = reader.stringVerify();
                            message._containerId = "containerId";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.key = value;
                            else
                                delete message.key;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            message.history = reader.bool();
                            message._history = "history";
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            message.pod = $root.podtree.v1.Pod.decode(reader, reader.size(), $undefined, _depth + 1, message.pod);
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            message.sandbox = $root.podtree.v1.Sandbox.decode(reader, reader.size(), $undefined, _depth + 1, message.sandbox);
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            message.container = $root.podtree.v1.Container.decode(reader, reader.size(), $undefined, _depth + 1, message.container);
                            continue;
                        }
                    case 13: {
                            if (wireType !== 2)
                                break;
                            message.process = $root.podtree.v1.Process.decode(reader, reader.size(), $undefined, _depth + 1, message.process);
                            continue;
                        }
                    case 14: {
                            if (wireType !== 2)
                                break;
                            message.leaked = $root.podtree.v1.LeakedNamespace.decode(reader, reader.size(), $undefined, _depth + 1, message.leaked);
                            continue;
                        }
                    case 15: {
                            if (wireType !== 2)
                                break;
                            message.usage = $root.podtree.v1.Usage.decode(reader, reader.size(), $undefined, _depth + 1, message.usage);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Change;
        })();

        v1.Tree = (function() {

            /**
             * Properties of a Tree.
             * @typedef {Object} podtree.v1.Tree.$Properties
             * @property {string|null} [node] Tree node
             * @property {string|null} [token] Tree token
             * @property {Array.<podtree.v1.Pod.$Properties>|null} [pods] Tree pods
             * @property {Array.<podtree.v1.LeakedNamespace.$Properties>|null} [leaked] Tree leaked
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Tree.
             * @memberof podtree.v1
             * @interface ITree
             * @augments podtree.v1.Tree.$Properties
             * @deprecated Use podtree.v1.Tree.$Properties instead.
             */

            /**
             * Shape of a Tree.
             * @typedef {podtree.v1.Tree.$Properties} podtree.v1.Tree.$Shape
             */

            /**
             * Constructs a new Tree.
             * @memberof podtree.v1
             * @classdesc Represents a Tree.
             * @constructor
             * @param {podtree.v1.Tree.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Tree = function (properties) {
                this.pods = [];
                this.leaked = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Tree node.
             * @member {string} node
             * @memberof podtree.v1.Tree
             * @instance
             */
            Tree.prototype.node = "";

            /**
             * Tree token.
             * @member {string} token
             * @memberof podtree.v1.Tree
             * @instance
             */
            Tree.prototype.token = "";

            /**
             * Tree pods.
             * @member {Array.<podtree.v1.Pod.$Properties>} pods
             * @memberof podtree.v1.Tree
             * @instance
             */
            Tree.prototype.pods = $util.emptyArray;

            /**
             * Tree leaked.
             * @member {Array.<podtree.v1.LeakedNamespace.$Properties>} leaked
             * @memberof podtree.v1.Tree
             * @instance
             */
            Tree.prototype.leaked = $util.emptyArray;

            /**
             * Encodes the specified Tree message. Does not implicitly {@link podtree.v1.Tree.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Tree
             * @static
             * @param {podtree.v1.Tree.$Properties} message Tree message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Tree.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.node != null && $Object.hasOwnProperty.call(message, "node") && message.node !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.node);
                if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.token);
                if (message.pods != null && message.pods.length)
                    for (let i = 0; i < message.pods.length; ++i)
                        $root.podtree.v1.Pod.encode(message.pods[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.leaked != null && message.leaked.length)
                    for (let i = 0; i < message.leaked.length; ++i)
                        $root.podtree.v1.LeakedNamespace.encode(message.leaked[i], writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Tree message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Tree
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Tree & podtree.v1.Tree.$Shape} Tree
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Tree.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Tree();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.node = value;
                            else
                                delete message.node;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.token = value;
                            else
                                delete message.token;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.pods && message.pods.length))
                                message.pods = [];
                            message.pods.push($root.podtree.v1.Pod.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (!(message.leaked && message.leaked.length))
                                message.leaked = [];
                            message.leaked.push($root.podtree.v1.LeakedNamespace.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Tree;
        })();

        v1.Pod = (function() {

            /**
             * Properties of a Pod.
             * @typedef {Object} podtree.v1.Pod.$Properties
             * @property {string|null} [uid] Pod uid
             * @property {string|null} [namespace] Pod namespace
             * @property {string|null} [name] Pod name
             * @property {Object.<string,string>|null} [labels] Pod labels
             * @property {string|null} [qos] Pod qos
             * @property {boolean|null} [hostNetwork] Pod hostNetwork
             * @property {podtree.v1.Controller.$Properties|null} [controller] Pod controller
             * @property {string|null} [deletedAt] Pod deletedAt
             * @property {podtree.v1.Sandbox.$Properties|null} [sandbox] Pod sandbox
             * @property {Array.<podtree.v1.Sandbox.$Properties>|null} [history] Pod history
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Pod.
             * @memberof podtree.v1
             * @interface IPod
             * @augments podtree.v1.Pod.$Properties
             * @deprecated Use podtree.v1.Pod.$Properties instead.
             */

            /**
             * Shape of a Pod.
             * @typedef {podtree.v1.Pod.$Properties} podtree.v1.Pod.$Shape
             */

            /**
             * Constructs a new Pod.
             * @memberof podtree.v1
             * @classdesc Represents a Pod.
             * @constructor
             * @param {podtree.v1.Pod.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Pod = function (properties) {
                this.labels = {};
                this.history = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Pod uid.
             * @member {string} uid
             * @memberof podtree.v1.Pod
             * @instance
             */
            Pod.prototype.uid = "";

            /**
             * Pod namespace.
             * @member {string|null|undefined} namespace
             * @memberof podtree.v1.Pod
             * @instance
             */
            Pod.prototype.namespace = null;

            /**
             * Pod name.
             * @member {string|null|undefined} name
             * @memberof podtree.v1.Pod
             * @instance
             */
            Pod.prototype.name = null;

            /**
             * Pod labels.
             * @member {Object.<string,string>} labels
             * @memberof podtree.v1.Pod
             * @instance
             */
            Pod.prototype.labels = $util.emptyObject;

            /**
             * Pod qos.
             * @member {string|null|undefined} qos
             * @memberof podtree.v1.Pod
             * @instance
             */
            Pod.prototype.qos = null;

            /**
             * Pod hostNetwork.
             * @member {boolean} hostNetwork
             * @memberof podtree.v1.Pod
             * @instance
             */
            Pod.prototype.hostNetwork = false;

            /**
             * Pod controller.
             * @member {podtree.v1.Controller.$Properties|null|undefined} controller
             * @memberof podtree.v1.Pod
             * @instance
             */
            Pod.prototype.controller = null;

            /**
             * Pod deletedAt.
             * @member {string|null|undefined} deletedAt
             * @memberof podtree.v1.Pod
             * @instance
             */
            Pod.prototype.deletedAt = null;

            /**
             * Pod sandbox.
             * @member {podtree.v1.Sandbox.$Properties|null|undefined} sandbox
             * @memberof podtree.v1.Pod
             * @instance
             */
            Pod.prototype.sandbox = null;

            /**
             * Pod history.
             * @member {Array.<podtree.v1.Sandbox.$Properties>} history
             * @memberof podtree.v1.Pod
             * @instance
             */
            Pod.prototype.history = $util.emptyArray;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Pod.prototype, "_namespace", {
                get: $util.oneOfGetter($oneOfFields = ["namespace"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Pod.prototype, "_name", {
                get: $util.oneOfGetter($oneOfFields = ["name"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Pod.prototype, "_qos", {
                get: $util.oneOfGetter($oneOfFields = ["qos"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Pod.prototype, "_deletedAt", {
                get: $util.oneOfGetter($oneOfFields = ["deletedAt"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Pod message. Does not implicitly {@link podtree.v1.Pod.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Pod
             * @static
             * @param {podtree.v1.Pod.$Properties} message Pod message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Pod.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.uid != null && $Object.hasOwnProperty.call(message, "uid") && message.uid !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.uid);
                if (message.namespace != null && $Object.hasOwnProperty.call(message, "namespace"))
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.namespace);
                if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.name);
                if (message.labels != null && $Object.hasOwnProperty.call(message, "labels"))
                    for (let keys = $Object.keys(message.labels), i = 0; i < keys.length; ++i)
                        writer.uint32(/* id 4, wireType 2 =*/34).fork().uint32(/* id 1, wireType 2 =*/10).string(keys[i]).uint32(/* id 2, wireType 2 =*/18).string(message.labels[keys[i]]).ldelim();
                if (message.qos != null && $Object.hasOwnProperty.call(message, "qos"))
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.qos);
                if (message.hostNetwork != null && $Object.hasOwnProperty.call(message, "hostNetwork") && message.hostNetwork !== false)
                    writer.uint32(/* id 6, wireType 0 =*/48).bool(message.hostNetwork);
                if (message.controller != null && $Object.hasOwnProperty.call(message, "controller"))
                    $root.podtree.v1.Controller.encode(message.controller, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.deletedAt != null && $Object.hasOwnProperty.call(message, "deletedAt"))
                    writer.uint32(/* id 8, wireType 2 =*/66).string(message.deletedAt);
                if (message.sandbox != null && $Object.hasOwnProperty.call(message, "sandbox"))
                    $root.podtree.v1.Sandbox.encode(message.sandbox, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                if (message.history != null && message.history.length)
                    for (let i = 0; i < message.history.length; ++i)
                        $root.podtree.v1.Sandbox.encode(message.history[i], writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Pod message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Pod
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Pod & podtree.v1.Pod.$Shape} Pod
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Pod.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, key, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Pod();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.uid = value;
                            else
                                delete message.uid;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.namespace = reader.stringVerify();
                            message._namespace = "namespace";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.name = reader.stringVerify();
                            message._name = "name";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (message.labels === $util.emptyObject)
                                message.labels = {};
                            let end2 = reader.size() + reader.pos;
                            if (end2 > reader.len)
                                throw $RangeError("index out of range");
                            reader.len = end2;
                            key = "";
                            value = "";
                            while (reader.pos < end2) {
                                let tag2 = reader.tag();
                                wireType = tag2 & 7;
                                switch (tag2 >>>= 3) {
                                case 1:
                                    if (wireType !== 2)
                                        break;
                                    key = reader.stringVerify();
                                    continue;
                                case 2:
                                    if (wireType !== 2)
                                        break;
                                    value = reader.stringVerify();
                                    continue;
                                }
                                reader.skipType(wireType, _depth, tag2);
                            }
                            if (reader.pos !== end2)
                                throw $RangeError("index out of range");
                            reader.len = end;
                            if (key === "__proto__")
                                $util.makeProp(message.labels, key);
                            message.labels[key] = value;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.qos = reader.stringVerify();
                            message._qos = "qos";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.hostNetwork = value;
                            else
                                delete message.hostNetwork;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.controller = $root.podtree.v1.Controller.decode(reader, reader.size(), $undefined, _depth + 1, message.controller);
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.deletedAt = reader.stringVerify();
                            message._deletedAt = "deletedAt";
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            message.sandbox = $root.podtree.v1.Sandbox.decode(reader, reader.size(), $undefined, _depth + 1, message.sandbox);
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            if (!(message.history && message.history.length))
                                message.history = [];
                            message.history.push($root.podtree.v1.Sandbox.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Pod;
        })();

        v1.Controller = (function() {

            /**
             * Properties of a Controller.
             * @typedef {Object} podtree.v1.Controller.$Properties
             * @property {string|null} [kind] Controller kind
             * @property {string|null} [name] Controller name
             * @property {string|null} [replicaSet] Controller replicaSet
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Controller.
             * @memberof podtree.v1
             * @interface IController
             * @augments podtree.v1.Controller.$Properties
             * @deprecated Use podtree.v1.Controller.$Properties instead.
             */

            /**
             * Shape of a Controller.
             * @typedef {podtree.v1.Controller.$Properties} podtree.v1.Controller.$Shape
             */

            /**
             * Constructs a new Controller.
             * @memberof podtree.v1
             * @classdesc Represents a Controller.
             * @constructor
             * @param {podtree.v1.Controller.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Controller = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Controller kind.
             * @member {string} kind
             * @memberof podtree.v1.Controller
             * @instance
             */
            Controller.prototype.kind = "";

            /**
             * Controller name.
             * @member {string} name
             * @memberof podtree.v1.Controller
             * @instance
             */
            Controller.prototype.name = "";

            /**
             * Controller replicaSet.
             * @member {string|null|undefined} replicaSet
             * @memberof podtree.v1.Controller
             * @instance
             */
            Controller.prototype.replicaSet = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Controller.prototype, "_replicaSet", {
                get: $util.oneOfGetter($oneOfFields = ["replicaSet"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Controller message. Does not implicitly {@link podtree.v1.Controller.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Controller
             * @static
             * @param {podtree.v1.Controller.$Properties} message Controller message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Controller.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.kind);
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.name);
                if (message.replicaSet != null && $Object.hasOwnProperty.call(message, "replicaSet"))
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.replicaSet);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Controller message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Controller
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Controller & podtree.v1.Controller.$Shape} Controller
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Controller.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Controller();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.kind = value;
                            else
                                delete message.kind;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.replicaSet = reader.stringVerify();
                            message._replicaSet = "replicaSet";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Controller;
        })();

        v1.Sandbox = (function() {

            /**
             * Properties of a Sandbox.
             * @typedef {Object} podtree.v1.Sandbox.$Properties
             * @property {string|null} [id] Sandbox id
             * @property {number|null} [attempt] Sandbox attempt
             * @property {string|null} [state] Sandbox state
             * @property {string|null} [kind] Sandbox kind
             * @property {string|null} [runtime] Sandbox runtime
             * @property {string|null} [createdAt] Sandbox createdAt
             * @property {Array.<string>|null} [ips] Sandbox ips
             * @property {podtree.v1.Process.$Properties|null} [pause] Sandbox pause
             * @property {Array.<podtree.v1.Namespace.$Properties>|null} [namespaces] Sandbox namespaces
             * @property {Array.<podtree.v1.Container.$Properties>|null} [containers] Sandbox containers
             * @property {Array.<podtree.v1.Process.$Properties>|null} [guests] Sandbox guests
             * @property {podtree.v1.Usage.$Properties|null} [usage] Sandbox usage
             * @property {podtree.v1.PauseExit.$Properties|null} [pauseExit] Sandbox pauseExit
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Sandbox.
             * @memberof podtree.v1
             * @interface ISandbox
             * @augments podtree.v1.Sandbox.$Properties
             * @deprecated Use podtree.v1.Sandbox.$Properties instead.
             */

            /**
             * Shape of a Sandbox.
             * @typedef {podtree.v1.Sandbox.$Properties} podtree.v1.Sandbox.$Shape
             */

            /**
             * Constructs a new Sandbox.
             * @memberof podtree.v1
             * @classdesc Represents a Sandbox.
             * @constructor
             * @param {podtree.v1.Sandbox.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Sandbox = function (properties) {
                this.ips = [];
                this.namespaces = [];
                this.containers = [];
                this.guests = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Sandbox id.
             * @member {string} id
             * @memberof podtree.v1.Sandbox
             * @instance
             */
            Sandbox.prototype.id = "";

            /**
             * Sandbox attempt.
             * @member {number} attempt
             * @memberof podtree.v1.Sandbox
             * @instance
             */
            Sandbox.prototype.attempt = 0;

            /**
             * Sandbox state.
             * @member {string} state
             * @memberof podtree.v1.Sandbox
             * @instance
             */
            Sandbox.prototype.state = "";

            /**
             * Sandbox kind.
             * @member {string} kind
             * @memberof podtree.v1.Sandbox
             * @instance
             */
            Sandbox.prototype.kind = "";

            /**
             * Sandbox runtime.
             * @member {string|null|undefined} runtime
             * @memberof podtree.v1.Sandbox
             * @instance
             */
            Sandbox.prototype.runtime = null;

            /**
             * Sandbox createdAt.
             * @member {string|null|undefined} createdAt
             * @memberof podtree.v1.Sandbox
             * @instance
             */
            Sandbox.prototype.createdAt = null;

            /**
             * Sandbox ips.
             * @member {Array.<string>} ips
             * @memberof podtree.v1.Sandbox
             * @instance
             */
            Sandbox.prototype.ips = $util.emptyArray;

            /**
             * Sandbox pause.
             * @member {podtree.v1.Process.$Properties|null|undefined} pause
             * @memberof podtree.v1.Sandbox
             * @instance
             */
            Sandbox.prototype.pause = null;

            /**
             * Sandbox namespaces.
             * @member {Array.<podtree.v1.Namespace.$Properties>} namespaces
             * @memberof podtree.v1.Sandbox
             * @instance
             */
            Sandbox.prototype.namespaces = $util.emptyArray;

            /**
             * Sandbox containers.
             * @member {Array.<podtree.v1.Container.$Properties>} containers
             * @memberof podtree.v1.Sandbox
             * @instance
             */
            Sandbox.prototype.containers = $util.emptyArray;

            /**
             * Sandbox guests.
             * @member {Array.<podtree.v1.Process.$Properties>} guests
             * @memberof podtree.v1.Sandbox
             * @instance
             */
            Sandbox.prototype.guests = $util.emptyArray;

            /**
             * Sandbox usage.
             * @member {podtree.v1.Usage.$Properties|null|undefined} usage
             * @memberof podtree.v1.Sandbox
             * @instance
             */
            Sandbox.prototype.usage = null;

            /**
             * Sandbox pauseExit.
             * @member {podtree.v1.PauseExit.$Properties|null|undefined} pauseExit
             * @memberof podtree.v1.Sandbox
             * @instance
             */
            Sandbox.prototype.pauseExit = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Sandbox.prototype, "_runtime", {
                get: $util.oneOfGetter($oneOfFields = ["runtime"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Sandbox.prototype, "_createdAt", {
                get: $util.oneOfGetter($oneOfFields = ["createdAt"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Sandbox message. Does not implicitly {@link podtree.v1.Sandbox.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Sandbox
             * @static
             * @param {podtree.v1.Sandbox.$Properties} message Sandbox message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Sandbox.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.id);
                if (message.attempt != null && $Object.hasOwnProperty.call(message, "attempt") && message.attempt !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.attempt);
                if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.state);
                if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.kind);
                if (message.runtime != null && $Object.hasOwnProperty.call(message, "runtime"))
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.runtime);
                if (message.createdAt != null && $Object.hasOwnProperty.call(message, "createdAt"))
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.createdAt);
                if (message.ips != null && message.ips.length)
                    for (let i = 0; i < message.ips.length; ++i)
                        writer.uint32(/* id 7, wireType 2 =*/58).string(message.ips[i]);
                if (message.pause != null && $Object.hasOwnProperty.call(message, "pause"))
                    $root.podtree.v1.Process.encode(message.pause, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                if (message.namespaces != null && message.namespaces.length)
                    for (let i = 0; i < message.namespaces.length; ++i)
                        $root.podtree.v1.Namespace.encode(message.namespaces[i], writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                if (message.containers != null && message.containers.length)
                    for (let i = 0; i < message.containers.length; ++i)
                        $root.podtree.v1.Container.encode(message.containers[i], writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                if (message.guests != null && message.guests.length)
                    for (let i = 0; i < message.guests.length; ++i)
                        $root.podtree.v1.Process.encode(message.guests[i], writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
                if (message.usage != null && $Object.hasOwnProperty.call(message, "usage"))
                    $root.podtree.v1.Usage.encode(message.usage, writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
                if (message.pauseExit != null && $Object.hasOwnProperty.call(message, "pauseExit"))
                    $root.podtree.v1.PauseExit.encode(message.pauseExit, writer.uint32(/* id 13, wireType 2 =*/106).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Sandbox message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Sandbox
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Sandbox & podtree.v1.Sandbox.$Shape} Sandbox
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Sandbox.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Sandbox();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.attempt = value;
                            else
                                delete message.attempt;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.state = value;
                            else
                                delete message.state;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.kind = value;
                            else
                                delete message.kind;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.runtime = reader.stringVerify();
                            message._runtime = "runtime";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.createdAt = reader.stringVerify();
                            message._createdAt = "createdAt";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if (!(message.ips && message.ips.length))
                                message.ips = [];
                            message.ips.push(reader.stringVerify());
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.pause = $root.podtree.v1.Process.decode(reader, reader.size(), $undefined, _depth + 1, message.pause);
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if (!(message.namespaces && message.namespaces.length))
                                message.namespaces = [];
                            message.namespaces.push($root.podtree.v1.Namespace.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if (!(message.containers && message.containers.length))
                                message.containers = [];
                            message.containers.push($root.podtree.v1.Container.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            if (!(message.guests && message.guests.length))
                                message.guests = [];
                            message.guests.push($root.podtree.v1.Process.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            message.usage = $root.podtree.v1.Usage.decode(reader, reader.size(), $undefined, _depth + 1, message.usage);
                            continue;
                        }
                    case 13: {
                            if (wireType !== 2)
                                break;
                            message.pauseExit = $root.podtree.v1.PauseExit.decode(reader, reader.size(), $undefined, _depth + 1, message.pauseExit);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Sandbox;
        })();

        v1.PauseExit = (function() {

            /**
             * Properties of a PauseExit.
             * @typedef {Object} podtree.v1.PauseExit.$Properties
             * @property {number|null} [code] PauseExit code
             * @property {string|null} [signal] PauseExit signal
             * @property {string|null} [cause] PauseExit cause
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a PauseExit.
             * @memberof podtree.v1
             * @interface IPauseExit
             * @augments podtree.v1.PauseExit.$Properties
             * @deprecated Use podtree.v1.PauseExit.$Properties instead.
             */

            /**
             * Shape of a PauseExit.
             * @typedef {podtree.v1.PauseExit.$Properties} podtree.v1.PauseExit.$Shape
             */

            /**
             * Constructs a new PauseExit.
             * @memberof podtree.v1
             * @classdesc Represents a PauseExit.
             * @constructor
             * @param {podtree.v1.PauseExit.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const PauseExit = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * PauseExit code.
             * @member {number|null|undefined} code
             * @memberof podtree.v1.PauseExit
             * @instance
             */
            PauseExit.prototype.code = null;

            /**
             * PauseExit signal.
             * @member {string|null|undefined} signal
             * @memberof podtree.v1.PauseExit
             * @instance
             */
            PauseExit.prototype.signal = null;

            /**
             * PauseExit cause.
             * @member {string} cause
             * @memberof podtree.v1.PauseExit
             * @instance
             */
            PauseExit.prototype.cause = "";

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(PauseExit.prototype, "_code", {
                get: $util.oneOfGetter($oneOfFields = ["code"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(PauseExit.prototype, "_signal", {
                get: $util.oneOfGetter($oneOfFields = ["signal"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified PauseExit message. Does not implicitly {@link podtree.v1.PauseExit.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.PauseExit
             * @static
             * @param {podtree.v1.PauseExit.$Properties} message PauseExit message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            PauseExit.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.code != null && $Object.hasOwnProperty.call(message, "code"))
                    writer.uint32(/* id 1, wireType 0 =*/8).int32(message.code);
                if (message.signal != null && $Object.hasOwnProperty.call(message, "signal"))
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.signal);
                if (message.cause != null && $Object.hasOwnProperty.call(message, "cause") && message.cause !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.cause);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a PauseExit message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.PauseExit
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.PauseExit & podtree.v1.PauseExit.$Shape} PauseExit
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            PauseExit.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.PauseExit();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            message.code = reader.int32();
                            message._code = "code";
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.signal = reader.stringVerify();
                            message._signal = "signal";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.cause = value;
                            else
                                delete message.cause;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return PauseExit;
        })();

        v1.Usage = (function() {

            /**
             * Properties of a Usage.
             * @typedef {Object} podtree.v1.Usage.$Properties
             * @property {string|null} [sampledAt] Usage sampledAt
             * @property {podtree.v1.ResourceUse.$Properties|null} [pause] Usage pause
             * @property {Array.<podtree.v1.ResourceUse.$Properties>|null} [containers] Usage containers
             * @property {Array.<podtree.v1.ListeningPort.$Properties>|null} [ports] Usage ports
             * @property {Array.<podtree.v1.LocalPeer.$Properties>|null} [peers] Usage peers
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Usage.
             * @memberof podtree.v1
             * @interface IUsage
             * @augments podtree.v1.Usage.$Properties
             * @deprecated Use podtree.v1.Usage.$Properties instead.
             */

            /**
             * Shape of a Usage.
             * @typedef {podtree.v1.Usage.$Properties} podtree.v1.Usage.$Shape
             */

            /**
             * Constructs a new Usage.
             * @memberof podtree.v1
             * @classdesc Represents a Usage.
             * @constructor
             * @param {podtree.v1.Usage.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Usage = function (properties) {
                this.containers = [];
                this.ports = [];
                this.peers = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Usage sampledAt.
             * @member {string} sampledAt
             * @memberof podtree.v1.Usage
             * @instance
             */
            Usage.prototype.sampledAt = "";

            /**
             * Usage pause.
             * @member {podtree.v1.ResourceUse.$Properties|null|undefined} pause
             * @memberof podtree.v1.Usage
             * @instance
             */
            Usage.prototype.pause = null;

            /**
             * Usage containers.
             * @member {Array.<podtree.v1.ResourceUse.$Properties>} containers
             * @memberof podtree.v1.Usage
             * @instance
             */
            Usage.prototype.containers = $util.emptyArray;

            /**
             * Usage ports.
             * @member {Array.<podtree.v1.ListeningPort.$Properties>} ports
             * @memberof podtree.v1.Usage
             * @instance
             */
            Usage.prototype.ports = $util.emptyArray;

            /**
             * Usage peers.
             * @member {Array.<podtree.v1.LocalPeer.$Properties>} peers
             * @memberof podtree.v1.Usage
             * @instance
             */
            Usage.prototype.peers = $util.emptyArray;

            /**
             * Encodes the specified Usage message. Does not implicitly {@link podtree.v1.Usage.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Usage
             * @static
             * @param {podtree.v1.Usage.$Properties} message Usage message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Usage.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.sampledAt != null && $Object.hasOwnProperty.call(message, "sampledAt") && message.sampledAt !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.sampledAt);
                if (message.pause != null && $Object.hasOwnProperty.call(message, "pause"))
                    $root.podtree.v1.ResourceUse.encode(message.pause, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.containers != null && message.containers.length)
                    for (let i = 0; i < message.containers.length; ++i)
                        $root.podtree.v1.ResourceUse.encode(message.containers[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.ports != null && message.ports.length)
                    for (let i = 0; i < message.ports.length; ++i)
                        $root.podtree.v1.ListeningPort.encode(message.ports[i], writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.peers != null && message.peers.length)
                    for (let i = 0; i < message.peers.length; ++i)
                        $root.podtree.v1.LocalPeer.encode(message.peers[i], writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Usage message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Usage
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Usage & podtree.v1.Usage.$Shape} Usage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Usage.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Usage();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.sampledAt = value;
                            else
                                delete message.sampledAt;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.pause = $root.podtree.v1.ResourceUse.decode(reader, reader.size(), $undefined, _depth + 1, message.pause);
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.containers && message.containers.length))
                                message.containers = [];
                            message.containers.push($root.podtree.v1.ResourceUse.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (!(message.ports && message.ports.length))
                                message.ports = [];
                            message.ports.push($root.podtree.v1.ListeningPort.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.peers && message.peers.length))
                                message.peers = [];
                            message.peers.push($root.podtree.v1.LocalPeer.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Usage;
        })();

        v1.ResourceUse = (function() {

            /**
             * Properties of a ResourceUse.
             * @typedef {Object} podtree.v1.ResourceUse.$Properties
             * @property {string|null} [id] ResourceUse id
             * @property {number|null} [cpuMs] ResourceUse cpuMs
             * @property {number|null} [cpuCores] ResourceUse cpuCores
             * @property {number|null} [memoryBytes] ResourceUse memoryBytes
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ResourceUse.
             * @memberof podtree.v1
             * @interface IResourceUse
             * @augments podtree.v1.ResourceUse.$Properties
             * @deprecated Use podtree.v1.ResourceUse.$Properties instead.
             */

            /**
             * Shape of a ResourceUse.
             * @typedef {podtree.v1.ResourceUse.$Properties} podtree.v1.ResourceUse.$Shape
             */

            /**
             * Constructs a new ResourceUse.
             * @memberof podtree.v1
             * @classdesc Represents a ResourceUse.
             * @constructor
             * @param {podtree.v1.ResourceUse.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ResourceUse = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ResourceUse id.
             * @member {string|null|undefined} id
             * @memberof podtree.v1.ResourceUse
             * @instance
             */
            ResourceUse.prototype.id = null;

            /**
             * ResourceUse cpuMs.
             * @member {number} cpuMs
             * @memberof podtree.v1.ResourceUse
             * @instance
             */
            ResourceUse.prototype.cpuMs = 0;

            /**
             * ResourceUse cpuCores.
             * @member {number|null|undefined} cpuCores
             * @memberof podtree.v1.ResourceUse
             * @instance
             */
            ResourceUse.prototype.cpuCores = null;

            /**
             * ResourceUse memoryBytes.
             * @member {number} memoryBytes
             * @memberof podtree.v1.ResourceUse
             * @instance
             */
            ResourceUse.prototype.memoryBytes = 0;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(ResourceUse.prototype, "_id", {
                get: $util.oneOfGetter($oneOfFields = ["id"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(ResourceUse.prototype, "_cpuCores", {
                get: $util.oneOfGetter($oneOfFields = ["cpuCores"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified ResourceUse message. Does not implicitly {@link podtree.v1.ResourceUse.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.ResourceUse
             * @static
             * @param {podtree.v1.ResourceUse.$Properties} message ResourceUse message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ResourceUse.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id"))
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.id);
                if (message.cpuMs != null && $Object.hasOwnProperty.call(message, "cpuMs") && !$Object.is(message.cpuMs, 0))
                    writer.uint32(/* id 2, wireType 1 =*/17).double(message.cpuMs);
                if (message.cpuCores != null && $Object.hasOwnProperty.call(message, "cpuCores"))
                    writer.uint32(/* id 3, wireType 1 =*/25).double(message.cpuCores);
                if (message.memoryBytes != null && $Object.hasOwnProperty.call(message, "memoryBytes") && !$Object.is(message.memoryBytes, 0))
                    writer.uint32(/* id 4, wireType 1 =*/33).double(message.memoryBytes);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ResourceUse message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.ResourceUse
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.ResourceUse & podtree.v1.ResourceUse.$Shape} ResourceUse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ResourceUse.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.ResourceUse();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.id = reader.stringVerify();
                            message._id = "id";
                            continue;
                        }
                    case 2: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.cpuMs = value;
                            else
                                delete message.cpuMs;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 1)
                                break;
                            message.cpuCores = reader.double();
                            message._cpuCores = "cpuCores";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.memoryBytes = value;
                            else
                                delete message.memoryBytes;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ResourceUse;
        })();

        v1.ListeningPort = (function() {

            /**
             * Properties of a ListeningPort.
             * @typedef {Object} podtree.v1.ListeningPort.$Properties
             * @property {string|null} [protocol] ListeningPort protocol
             * @property {string|null} [address] ListeningPort address
             * @property {number|null} [port] ListeningPort port
             * @property {string|null} [containerId] ListeningPort containerId
             * @property {number|null} [pid] ListeningPort pid
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ListeningPort.
             * @memberof podtree.v1
             * @interface IListeningPort
             * @augments podtree.v1.ListeningPort.$Properties
             * @deprecated Use podtree.v1.ListeningPort.$Properties instead.
             */

            /**
             * Shape of a ListeningPort.
             * @typedef {podtree.v1.ListeningPort.$Properties} podtree.v1.ListeningPort.$Shape
             */

            /**
             * Constructs a new ListeningPort.
             * @memberof podtree.v1
             * @classdesc Represents a ListeningPort.
             * @constructor
             * @param {podtree.v1.ListeningPort.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ListeningPort = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ListeningPort protocol.
             * @member {string} protocol
             * @memberof podtree.v1.ListeningPort
             * @instance
             */
            ListeningPort.prototype.protocol = "";

            /**
             * ListeningPort address.
             * @member {string} address
             * @memberof podtree.v1.ListeningPort
             * @instance
             */
            ListeningPort.prototype.address = "";

            /**
             * ListeningPort port.
             * @member {number} port
             * @memberof podtree.v1.ListeningPort
             * @instance
             */
            ListeningPort.prototype.port = 0;

            /**
             * ListeningPort containerId.
             * @member {string|null|undefined} containerId
             * @memberof podtree.v1.ListeningPort
             * @instance
             */
            ListeningPort.prototype.containerId = null;

            /**
             * ListeningPort pid.
             * @member {number|null|undefined} pid
             * @memberof podtree.v1.ListeningPort
             * @instance
             */
            ListeningPort.prototype.pid = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(ListeningPort.prototype, "_containerId", {
                get: $util.oneOfGetter($oneOfFields = ["containerId"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(ListeningPort.prototype, "_pid", {
                get: $util.oneOfGetter($oneOfFields = ["pid"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified ListeningPort message. Does not implicitly {@link podtree.v1.ListeningPort.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.ListeningPort
             * @static
             * @param {podtree.v1.ListeningPort.$Properties} message ListeningPort message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ListeningPort.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.protocol != null && $Object.hasOwnProperty.call(message, "protocol") && message.protocol !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.protocol);
                if (message.address != null && $Object.hasOwnProperty.call(message, "address") && message.address !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.address);
                if (message.port != null && $Object.hasOwnProperty.call(message, "port") && message.port !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.port);
                if (message.containerId != null && $Object.hasOwnProperty.call(message, "containerId"))
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.containerId);
                if (message.pid != null && $Object.hasOwnProperty.call(message, "pid"))
                    writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.pid);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ListeningPort message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.ListeningPort
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.ListeningPort & podtree.v1.ListeningPort.$Shape} ListeningPort
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ListeningPort.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.ListeningPort();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.protocol = value;
                            else
                                delete message.protocol;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.address = value;
                            else
                                delete message.address;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.port = value;
                            else
                                delete message.port;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.containerId = reader.stringVerify();
                            message._containerId = "containerId";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            message.pid = reader.uint32();
                            message._pid = "pid";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ListeningPort;
        })();

        v1.LocalPeer = (function() {

            /**
             * Properties of a LocalPeer.
             * @typedef {Object} podtree.v1.LocalPeer.$Properties
             * @property {podtree.v1.SocketHolder.$Properties|null} [from] LocalPeer from
             * @property {podtree.v1.SocketHolder.$Properties|null} [to] LocalPeer to
             * @property {number|null} [port] LocalPeer port
             * @property {number|null} [connections] LocalPeer connections
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a LocalPeer.
             * @memberof podtree.v1
             * @interface ILocalPeer
             * @augments podtree.v1.LocalPeer.$Properties
             * @deprecated Use podtree.v1.LocalPeer.$Properties instead.
             */

            /**
             * Shape of a LocalPeer.
             * @typedef {podtree.v1.LocalPeer.$Properties} podtree.v1.LocalPeer.$Shape
             */

            /**
             * Constructs a new LocalPeer.
             * @memberof podtree.v1
             * @classdesc Represents a LocalPeer.
             * @constructor
             * @param {podtree.v1.LocalPeer.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const LocalPeer = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * LocalPeer from.
             * @member {podtree.v1.SocketHolder.$Properties|null|undefined} from
             * @memberof podtree.v1.LocalPeer
             * @instance
             */
            LocalPeer.prototype.from = null;

            /**
             * LocalPeer to.
             * @member {podtree.v1.SocketHolder.$Properties|null|undefined} to
             * @memberof podtree.v1.LocalPeer
             * @instance
             */
            LocalPeer.prototype.to = null;

            /**
             * LocalPeer port.
             * @member {number} port
             * @memberof podtree.v1.LocalPeer
             * @instance
             */
            LocalPeer.prototype.port = 0;

            /**
             * LocalPeer connections.
             * @member {number} connections
             * @memberof podtree.v1.LocalPeer
             * @instance
             */
            LocalPeer.prototype.connections = 0;

            /**
             * Encodes the specified LocalPeer message. Does not implicitly {@link podtree.v1.LocalPeer.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.LocalPeer
             * @static
             * @param {podtree.v1.LocalPeer.$Properties} message LocalPeer message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            LocalPeer.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.from != null && $Object.hasOwnProperty.call(message, "from"))
                    $root.podtree.v1.SocketHolder.encode(message.from, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.to != null && $Object.hasOwnProperty.call(message, "to"))
                    $root.podtree.v1.SocketHolder.encode(message.to, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.port != null && $Object.hasOwnProperty.call(message, "port") && message.port !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.port);
                if (message.connections != null && $Object.hasOwnProperty.call(message, "connections") && message.connections !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.connections);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a LocalPeer message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.LocalPeer
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.LocalPeer & podtree.v1.LocalPeer.$Shape} LocalPeer
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            LocalPeer.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.LocalPeer();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.from = $root.podtree.v1.SocketHolder.decode(reader, reader.size(), $undefined, _depth + 1, message.from);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.to = $root.podtree.v1.SocketHolder.decode(reader, reader.size(), $undefined, _depth + 1, message.to);
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.port = value;
                            else
                                delete message.port;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.connections = value;
                            else
                                delete message.connections;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return LocalPeer;
        })();

        v1.SocketHolder = (function() {

            /**
             * Properties of a SocketHolder.
             * @typedef {Object} podtree.v1.SocketHolder.$Properties
             * @property {string|null} [containerId] SocketHolder containerId
             * @property {number|null} [pid] SocketHolder pid
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a SocketHolder.
             * @memberof podtree.v1
             * @interface ISocketHolder
             * @augments podtree.v1.SocketHolder.$Properties
             * @deprecated Use podtree.v1.SocketHolder.$Properties instead.
             */

            /**
             * Shape of a SocketHolder.
             * @typedef {podtree.v1.SocketHolder.$Properties} podtree.v1.SocketHolder.$Shape
             */

            /**
             * Constructs a new SocketHolder.
             * @memberof podtree.v1
             * @classdesc Represents a SocketHolder.
             * @constructor
             * @param {podtree.v1.SocketHolder.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const SocketHolder = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * SocketHolder containerId.
             * @member {string|null|undefined} containerId
             * @memberof podtree.v1.SocketHolder
             * @instance
             */
            SocketHolder.prototype.containerId = null;

            /**
             * SocketHolder pid.
             * @member {number|null|undefined} pid
             * @memberof podtree.v1.SocketHolder
             * @instance
             */
            SocketHolder.prototype.pid = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(SocketHolder.prototype, "_containerId", {
                get: $util.oneOfGetter($oneOfFields = ["containerId"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(SocketHolder.prototype, "_pid", {
                get: $util.oneOfGetter($oneOfFields = ["pid"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified SocketHolder message. Does not implicitly {@link podtree.v1.SocketHolder.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.SocketHolder
             * @static
             * @param {podtree.v1.SocketHolder.$Properties} message SocketHolder message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            SocketHolder.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.containerId != null && $Object.hasOwnProperty.call(message, "containerId"))
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.containerId);
                if (message.pid != null && $Object.hasOwnProperty.call(message, "pid"))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.pid);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a SocketHolder message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.SocketHolder
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.SocketHolder & podtree.v1.SocketHolder.$Shape} SocketHolder
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            SocketHolder.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.SocketHolder();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.containerId = reader.stringVerify();
                            message._containerId = "containerId";
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            message.pid = reader.uint32();
                            message._pid = "pid";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return SocketHolder;
        })();

        v1.Container = (function() {

            /**
             * Properties of a Container.
             * @typedef {Object} podtree.v1.Container.$Properties
             * @property {string|null} [id] Container id
             * @property {string|null} [name] Container name
             * @property {string|null} [kind] Container kind
             * @property {number|null} [restarts] Container restarts
             * @property {string|null} [state] Container state
             * @property {Array.<podtree.v1.Namespace.$Properties>|null} [namespaces] Container namespaces
             * @property {podtree.v1.Exit.$Properties|null} [lastExit] Container lastExit
             * @property {Array.<podtree.v1.Process.$Properties>|null} [processes] Container processes
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Container.
             * @memberof podtree.v1
             * @interface IContainer
             * @augments podtree.v1.Container.$Properties
             * @deprecated Use podtree.v1.Container.$Properties instead.
             */

            /**
             * Shape of a Container.
             * @typedef {podtree.v1.Container.$Properties} podtree.v1.Container.$Shape
             */

            /**
             * Constructs a new Container.
             * @memberof podtree.v1
             * @classdesc Represents a Container.
             * @constructor
             * @param {podtree.v1.Container.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Container = function (properties) {
                this.namespaces = [];
                this.processes = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Container id.
             * @member {string} id
             * @memberof podtree.v1.Container
             * @instance
             */
            Container.prototype.id = "";

            /**
             * Container name.
             * @member {string} name
             * @memberof podtree.v1.Container
             * @instance
             */
            Container.prototype.name = "";

            /**
             * Container kind.
             * @member {string} kind
             * @memberof podtree.v1.Container
             * @instance
             */
            Container.prototype.kind = "";

            /**
             * Container restarts.
             * @member {number} restarts
             * @memberof podtree.v1.Container
             * @instance
             */
            Container.prototype.restarts = 0;

            /**
             * Container state.
             * @member {string} state
             * @memberof podtree.v1.Container
             * @instance
             */
            Container.prototype.state = "";

            /**
             * Container namespaces.
             * @member {Array.<podtree.v1.Namespace.$Properties>} namespaces
             * @memberof podtree.v1.Container
             * @instance
             */
            Container.prototype.namespaces = $util.emptyArray;

            /**
             * Container lastExit.
             * @member {podtree.v1.Exit.$Properties|null|undefined} lastExit
             * @memberof podtree.v1.Container
             * @instance
             */
            Container.prototype.lastExit = null;

            /**
             * Container processes.
             * @member {Array.<podtree.v1.Process.$Properties>} processes
             * @memberof podtree.v1.Container
             * @instance
             */
            Container.prototype.processes = $util.emptyArray;

            /**
             * Encodes the specified Container message. Does not implicitly {@link podtree.v1.Container.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Container
             * @static
             * @param {podtree.v1.Container.$Properties} message Container message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Container.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.id);
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.name);
                if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.kind);
                if (message.restarts != null && $Object.hasOwnProperty.call(message, "restarts") && message.restarts !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.restarts);
                if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.state);
                if (message.namespaces != null && message.namespaces.length)
                    for (let i = 0; i < message.namespaces.length; ++i)
                        $root.podtree.v1.Namespace.encode(message.namespaces[i], writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                if (message.lastExit != null && $Object.hasOwnProperty.call(message, "lastExit"))
                    $root.podtree.v1.Exit.encode(message.lastExit, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.processes != null && message.processes.length)
                    for (let i = 0; i < message.processes.length; ++i)
                        $root.podtree.v1.Process.encode(message.processes[i], writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Container message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Container
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Container & podtree.v1.Container.$Shape} Container
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Container.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Container();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.kind = value;
                            else
                                delete message.kind;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.restarts = value;
                            else
                                delete message.restarts;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.state = value;
                            else
                                delete message.state;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if (!(message.namespaces && message.namespaces.length))
                                message.namespaces = [];
                            message.namespaces.push($root.podtree.v1.Namespace.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.lastExit = $root.podtree.v1.Exit.decode(reader, reader.size(), $undefined, _depth + 1, message.lastExit);
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if (!(message.processes && message.processes.length))
                                message.processes = [];
                            message.processes.push($root.podtree.v1.Process.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Container;
        })();

        v1.Process = (function() {

            /**
             * Properties of a Process.
             * @typedef {Object} podtree.v1.Process.$Properties
             * @property {number|null} [pid] Process pid
             * @property {number|null} [nsPid] Process nsPid
             * @property {number|null} [ppid] Process ppid
             * @property {string|null} [comm] Process comm
             * @property {Array.<string>|null} [args] Process args
             * @property {number|null} [uid] Process uid
             * @property {string|null} [role] Process role
             * @property {string|null} [startTime] Process startTime
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Process.
             * @memberof podtree.v1
             * @interface IProcess
             * @augments podtree.v1.Process.$Properties
             * @deprecated Use podtree.v1.Process.$Properties instead.
             */

            /**
             * Shape of a Process.
             * @typedef {podtree.v1.Process.$Properties} podtree.v1.Process.$Shape
             */

            /**
             * Constructs a new Process.
             * @memberof podtree.v1
             * @classdesc Represents a Process.
             * @constructor
             * @param {podtree.v1.Process.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Process = function (properties) {
                this.args = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Process pid.
             * @member {number} pid
             * @memberof podtree.v1.Process
             * @instance
             */
            Process.prototype.pid = 0;

            /**
             * Process nsPid.
             * @member {number|null|undefined} nsPid
             * @memberof podtree.v1.Process
             * @instance
             */
            Process.prototype.nsPid = null;

            /**
             * Process ppid.
             * @member {number} ppid
             * @memberof podtree.v1.Process
             * @instance
             */
            Process.prototype.ppid = 0;

            /**
             * Process comm.
             * @member {string} comm
             * @memberof podtree.v1.Process
             * @instance
             */
            Process.prototype.comm = "";

            /**
             * Process args.
             * @member {Array.<string>} args
             * @memberof podtree.v1.Process
             * @instance
             */
            Process.prototype.args = $util.emptyArray;

            /**
             * Process uid.
             * @member {number|null|undefined} uid
             * @memberof podtree.v1.Process
             * @instance
             */
            Process.prototype.uid = null;

            /**
             * Process role.
             * @member {string} role
             * @memberof podtree.v1.Process
             * @instance
             */
            Process.prototype.role = "";

            /**
             * Process startTime.
             * @member {string} startTime
             * @memberof podtree.v1.Process
             * @instance
             */
            Process.prototype.startTime = "";

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Process.prototype, "_nsPid", {
                get: $util.oneOfGetter($oneOfFields = ["nsPid"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Process.prototype, "_uid", {
                get: $util.oneOfGetter($oneOfFields = ["uid"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Process message. Does not implicitly {@link podtree.v1.Process.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Process
             * @static
             * @param {podtree.v1.Process.$Properties} message Process message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Process.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.pid != null && $Object.hasOwnProperty.call(message, "pid") && message.pid !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.pid);
                if (message.nsPid != null && $Object.hasOwnProperty.call(message, "nsPid"))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.nsPid);
                if (message.ppid != null && $Object.hasOwnProperty.call(message, "ppid") && message.ppid !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.ppid);
                if (message.comm != null && $Object.hasOwnProperty.call(message, "comm") && message.comm !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.comm);
                if (message.args != null && message.args.length)
                    for (let i = 0; i < message.args.length; ++i)
                        writer.uint32(/* id 5, wireType 2 =*/42).string(message.args[i]);
                if (message.uid != null && $Object.hasOwnProperty.call(message, "uid"))
                    writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.uid);
                if (message.role != null && $Object.hasOwnProperty.call(message, "role") && message.role !== "")
                    writer.uint32(/* id 7, wireType 2 =*/58).string(message.role);
                if (message.startTime != null && $Object.hasOwnProperty.call(message, "startTime") && message.startTime !== "")
                    writer.uint32(/* id 8, wireType 2 =*/66).string(message.startTime);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Process message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Process
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Process & podtree.v1.Process.$Shape} Process
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Process.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Process();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.pid = value;
                            else
                                delete message.pid;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            message.nsPid = reader.uint32();
                            message._nsPid = "nsPid";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.ppid = value;
                            else
                                delete message.ppid;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.comm = value;
                            else
                                delete message.comm;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.args && message.args.length))
                                message.args = [];
                            message.args.push(reader.stringVerify());
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            message.uid = reader.uint32();
                            message._uid = "uid";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.role = value;
                            else
                                delete message.role;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.startTime = value;
                            else
                                delete message.startTime;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Process;
        })();

        v1.Namespace = (function() {

            /**
             * Properties of a Namespace.
             * @typedef {Object} podtree.v1.Namespace.$Properties
             * @property {string|null} [type] Namespace type
             * @property {number|null} [inode] Namespace inode
             * @property {string|null} [id] Namespace id
             * @property {string|null} [scope] Namespace scope
             * @property {string|null} ["with"] Namespace with
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Namespace.
             * @memberof podtree.v1
             * @interface INamespace
             * @augments podtree.v1.Namespace.$Properties
             * @deprecated Use podtree.v1.Namespace.$Properties instead.
             */

            /**
             * Shape of a Namespace.
             * @typedef {podtree.v1.Namespace.$Properties} podtree.v1.Namespace.$Shape
             */

            /**
             * Constructs a new Namespace.
             * @memberof podtree.v1
             * @classdesc Represents a Namespace.
             * @constructor
             * @param {podtree.v1.Namespace.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Namespace = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Namespace type.
             * @member {string} type
             * @memberof podtree.v1.Namespace
             * @instance
             */
            Namespace.prototype.type = "";

            /**
             * Namespace inode.
             * @member {number} inode
             * @memberof podtree.v1.Namespace
             * @instance
             */
            Namespace.prototype.inode = 0;

            /**
             * Namespace id.
             * @member {string} id
             * @memberof podtree.v1.Namespace
             * @instance
             */
            Namespace.prototype.id = "";

            /**
             * Namespace scope.
             * @member {string} scope
             * @memberof podtree.v1.Namespace
             * @instance
             */
            Namespace.prototype.scope = "";

            /**
             * Namespace with.
             * @member {string|null|undefined} with
             * @memberof podtree.v1.Namespace
             * @instance
             */
            Namespace.prototype["with"] = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Namespace.prototype, "_with", {
                get: $util.oneOfGetter($oneOfFields = ["with"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Namespace message. Does not implicitly {@link podtree.v1.Namespace.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Namespace
             * @static
             * @param {podtree.v1.Namespace.$Properties} message Namespace message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Namespace.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.type);
                if (message.inode != null && $Object.hasOwnProperty.call(message, "inode") && message.inode !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.inode);
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.id);
                if (message.scope != null && $Object.hasOwnProperty.call(message, "scope") && message.scope !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.scope);
                if (message["with"] != null && $Object.hasOwnProperty.call(message, "with"))
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message["with"]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Namespace message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Namespace
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Namespace & podtree.v1.Namespace.$Shape} Namespace
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Namespace.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Namespace();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.type = value;
                            else
                                delete message.type;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.inode = value;
                            else
                                delete message.inode;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.scope = value;
                            else
                                delete message.scope;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message["with"] = reader.stringVerify();
                            message._with = "with";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Namespace;
        })();

        v1.LeakedNamespace = (function() {

            /**
             * Properties of a LeakedNamespace.
             * @typedef {Object} podtree.v1.LeakedNamespace.$Properties
             * @property {string|null} [type] LeakedNamespace type
             * @property {number|null} [inode] LeakedNamespace inode
             * @property {string|null} [path] LeakedNamespace path
             * @property {podtree.v1.PodRef.$Properties|null} [pod] LeakedNamespace pod
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a LeakedNamespace.
             * @memberof podtree.v1
             * @interface ILeakedNamespace
             * @augments podtree.v1.LeakedNamespace.$Properties
             * @deprecated Use podtree.v1.LeakedNamespace.$Properties instead.
             */

            /**
             * Shape of a LeakedNamespace.
             * @typedef {podtree.v1.LeakedNamespace.$Properties} podtree.v1.LeakedNamespace.$Shape
             */

            /**
             * Constructs a new LeakedNamespace.
             * @memberof podtree.v1
             * @classdesc Represents a LeakedNamespace.
             * @constructor
             * @param {podtree.v1.LeakedNamespace.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const LeakedNamespace = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * LeakedNamespace type.
             * @member {string} type
             * @memberof podtree.v1.LeakedNamespace
             * @instance
             */
            LeakedNamespace.prototype.type = "";

            /**
             * LeakedNamespace inode.
             * @member {number} inode
             * @memberof podtree.v1.LeakedNamespace
             * @instance
             */
            LeakedNamespace.prototype.inode = 0;

            /**
             * LeakedNamespace path.
             * @member {string} path
             * @memberof podtree.v1.LeakedNamespace
             * @instance
             */
            LeakedNamespace.prototype.path = "";

            /**
             * LeakedNamespace pod.
             * @member {podtree.v1.PodRef.$Properties|null|undefined} pod
             * @memberof podtree.v1.LeakedNamespace
             * @instance
             */
            LeakedNamespace.prototype.pod = null;

            /**
             * Encodes the specified LeakedNamespace message. Does not implicitly {@link podtree.v1.LeakedNamespace.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.LeakedNamespace
             * @static
             * @param {podtree.v1.LeakedNamespace.$Properties} message LeakedNamespace message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            LeakedNamespace.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.type);
                if (message.inode != null && $Object.hasOwnProperty.call(message, "inode") && message.inode !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.inode);
                if (message.path != null && $Object.hasOwnProperty.call(message, "path") && message.path !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.path);
                if (message.pod != null && $Object.hasOwnProperty.call(message, "pod"))
                    $root.podtree.v1.PodRef.encode(message.pod, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a LeakedNamespace message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.LeakedNamespace
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.LeakedNamespace & podtree.v1.LeakedNamespace.$Shape} LeakedNamespace
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            LeakedNamespace.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.LeakedNamespace();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.type = value;
                            else
                                delete message.type;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.inode = value;
                            else
                                delete message.inode;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.path = value;
                            else
                                delete message.path;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.pod = $root.podtree.v1.PodRef.decode(reader, reader.size(), $undefined, _depth + 1, message.pod);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return LeakedNamespace;
        })();

        v1.Exit = (function() {

            /**
             * Properties of an Exit.
             * @typedef {Object} podtree.v1.Exit.$Properties
             * @property {number|null} [code] Exit code
             * @property {string|null} [signal] Exit signal
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Exit.
             * @memberof podtree.v1
             * @interface IExit
             * @augments podtree.v1.Exit.$Properties
             * @deprecated Use podtree.v1.Exit.$Properties instead.
             */

            /**
             * Shape of an Exit.
             * @typedef {podtree.v1.Exit.$Properties} podtree.v1.Exit.$Shape
             */

            /**
             * Constructs a new Exit.
             * @memberof podtree.v1
             * @classdesc Represents an Exit.
             * @constructor
             * @param {podtree.v1.Exit.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Exit = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Exit code.
             * @member {number|null|undefined} code
             * @memberof podtree.v1.Exit
             * @instance
             */
            Exit.prototype.code = null;

            /**
             * Exit signal.
             * @member {string|null|undefined} signal
             * @memberof podtree.v1.Exit
             * @instance
             */
            Exit.prototype.signal = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Exit.prototype, "_code", {
                get: $util.oneOfGetter($oneOfFields = ["code"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Exit.prototype, "_signal", {
                get: $util.oneOfGetter($oneOfFields = ["signal"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Exit message. Does not implicitly {@link podtree.v1.Exit.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Exit
             * @static
             * @param {podtree.v1.Exit.$Properties} message Exit message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Exit.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.code != null && $Object.hasOwnProperty.call(message, "code"))
                    writer.uint32(/* id 1, wireType 0 =*/8).int32(message.code);
                if (message.signal != null && $Object.hasOwnProperty.call(message, "signal"))
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.signal);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Exit message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Exit
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Exit & podtree.v1.Exit.$Shape} Exit
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Exit.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Exit();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            message.code = reader.int32();
                            message._code = "code";
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.signal = reader.stringVerify();
                            message._signal = "signal";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Exit;
        })();

        v1.PodRef = (function() {

            /**
             * Properties of a PodRef.
             * @typedef {Object} podtree.v1.PodRef.$Properties
             * @property {string|null} [uid] PodRef uid
             * @property {string|null} [namespace] PodRef namespace
             * @property {string|null} [name] PodRef name
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a PodRef.
             * @memberof podtree.v1
             * @interface IPodRef
             * @augments podtree.v1.PodRef.$Properties
             * @deprecated Use podtree.v1.PodRef.$Properties instead.
             */

            /**
             * Shape of a PodRef.
             * @typedef {podtree.v1.PodRef.$Properties} podtree.v1.PodRef.$Shape
             */

            /**
             * Constructs a new PodRef.
             * @memberof podtree.v1
             * @classdesc Represents a PodRef.
             * @constructor
             * @param {podtree.v1.PodRef.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const PodRef = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * PodRef uid.
             * @member {string} uid
             * @memberof podtree.v1.PodRef
             * @instance
             */
            PodRef.prototype.uid = "";

            /**
             * PodRef namespace.
             * @member {string|null|undefined} namespace
             * @memberof podtree.v1.PodRef
             * @instance
             */
            PodRef.prototype.namespace = null;

            /**
             * PodRef name.
             * @member {string|null|undefined} name
             * @memberof podtree.v1.PodRef
             * @instance
             */
            PodRef.prototype.name = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(PodRef.prototype, "_namespace", {
                get: $util.oneOfGetter($oneOfFields = ["namespace"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(PodRef.prototype, "_name", {
                get: $util.oneOfGetter($oneOfFields = ["name"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified PodRef message. Does not implicitly {@link podtree.v1.PodRef.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.PodRef
             * @static
             * @param {podtree.v1.PodRef.$Properties} message PodRef message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            PodRef.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.uid != null && $Object.hasOwnProperty.call(message, "uid") && message.uid !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.uid);
                if (message.namespace != null && $Object.hasOwnProperty.call(message, "namespace"))
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.namespace);
                if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.name);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a PodRef message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.PodRef
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.PodRef & podtree.v1.PodRef.$Shape} PodRef
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            PodRef.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.PodRef();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.uid = value;
                            else
                                delete message.uid;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.namespace = reader.stringVerify();
                            message._namespace = "namespace";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.name = reader.stringVerify();
                            message._name = "name";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return PodRef;
        })();

        v1.SandboxRef = (function() {

            /**
             * Properties of a SandboxRef.
             * @typedef {Object} podtree.v1.SandboxRef.$Properties
             * @property {string|null} [id] SandboxRef id
             * @property {number|null} [attempt] SandboxRef attempt
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a SandboxRef.
             * @memberof podtree.v1
             * @interface ISandboxRef
             * @augments podtree.v1.SandboxRef.$Properties
             * @deprecated Use podtree.v1.SandboxRef.$Properties instead.
             */

            /**
             * Shape of a SandboxRef.
             * @typedef {podtree.v1.SandboxRef.$Properties} podtree.v1.SandboxRef.$Shape
             */

            /**
             * Constructs a new SandboxRef.
             * @memberof podtree.v1
             * @classdesc Represents a SandboxRef.
             * @constructor
             * @param {podtree.v1.SandboxRef.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const SandboxRef = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * SandboxRef id.
             * @member {string} id
             * @memberof podtree.v1.SandboxRef
             * @instance
             */
            SandboxRef.prototype.id = "";

            /**
             * SandboxRef attempt.
             * @member {number} attempt
             * @memberof podtree.v1.SandboxRef
             * @instance
             */
            SandboxRef.prototype.attempt = 0;

            /**
             * Encodes the specified SandboxRef message. Does not implicitly {@link podtree.v1.SandboxRef.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.SandboxRef
             * @static
             * @param {podtree.v1.SandboxRef.$Properties} message SandboxRef message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            SandboxRef.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.id);
                if (message.attempt != null && $Object.hasOwnProperty.call(message, "attempt") && message.attempt !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.attempt);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a SandboxRef message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.SandboxRef
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.SandboxRef & podtree.v1.SandboxRef.$Shape} SandboxRef
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            SandboxRef.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.SandboxRef();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.attempt = value;
                            else
                                delete message.attempt;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return SandboxRef;
        })();

        v1.ContainerRef = (function() {

            /**
             * Properties of a ContainerRef.
             * @typedef {Object} podtree.v1.ContainerRef.$Properties
             * @property {string|null} [id] ContainerRef id
             * @property {string|null} [name] ContainerRef name
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ContainerRef.
             * @memberof podtree.v1
             * @interface IContainerRef
             * @augments podtree.v1.ContainerRef.$Properties
             * @deprecated Use podtree.v1.ContainerRef.$Properties instead.
             */

            /**
             * Shape of a ContainerRef.
             * @typedef {podtree.v1.ContainerRef.$Properties} podtree.v1.ContainerRef.$Shape
             */

            /**
             * Constructs a new ContainerRef.
             * @memberof podtree.v1
             * @classdesc Represents a ContainerRef.
             * @constructor
             * @param {podtree.v1.ContainerRef.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ContainerRef = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ContainerRef id.
             * @member {string} id
             * @memberof podtree.v1.ContainerRef
             * @instance
             */
            ContainerRef.prototype.id = "";

            /**
             * ContainerRef name.
             * @member {string} name
             * @memberof podtree.v1.ContainerRef
             * @instance
             */
            ContainerRef.prototype.name = "";

            /**
             * Encodes the specified ContainerRef message. Does not implicitly {@link podtree.v1.ContainerRef.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.ContainerRef
             * @static
             * @param {podtree.v1.ContainerRef.$Properties} message ContainerRef message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ContainerRef.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.id);
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.name);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ContainerRef message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.ContainerRef
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.ContainerRef & podtree.v1.ContainerRef.$Shape} ContainerRef
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ContainerRef.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.ContainerRef();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ContainerRef;
        })();

        v1.NamespaceRef = (function() {

            /**
             * Properties of a NamespaceRef.
             * @typedef {Object} podtree.v1.NamespaceRef.$Properties
             * @property {string|null} [type] NamespaceRef type
             * @property {number|null} [inode] NamespaceRef inode
             * @property {string|null} [id] NamespaceRef id
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a NamespaceRef.
             * @memberof podtree.v1
             * @interface INamespaceRef
             * @augments podtree.v1.NamespaceRef.$Properties
             * @deprecated Use podtree.v1.NamespaceRef.$Properties instead.
             */

            /**
             * Shape of a NamespaceRef.
             * @typedef {podtree.v1.NamespaceRef.$Properties} podtree.v1.NamespaceRef.$Shape
             */

            /**
             * Constructs a new NamespaceRef.
             * @memberof podtree.v1
             * @classdesc Represents a NamespaceRef.
             * @constructor
             * @param {podtree.v1.NamespaceRef.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const NamespaceRef = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * NamespaceRef type.
             * @member {string} type
             * @memberof podtree.v1.NamespaceRef
             * @instance
             */
            NamespaceRef.prototype.type = "";

            /**
             * NamespaceRef inode.
             * @member {number} inode
             * @memberof podtree.v1.NamespaceRef
             * @instance
             */
            NamespaceRef.prototype.inode = 0;

            /**
             * NamespaceRef id.
             * @member {string} id
             * @memberof podtree.v1.NamespaceRef
             * @instance
             */
            NamespaceRef.prototype.id = "";

            /**
             * Encodes the specified NamespaceRef message. Does not implicitly {@link podtree.v1.NamespaceRef.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.NamespaceRef
             * @static
             * @param {podtree.v1.NamespaceRef.$Properties} message NamespaceRef message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            NamespaceRef.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.type);
                if (message.inode != null && $Object.hasOwnProperty.call(message, "inode") && message.inode !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.inode);
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.id);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a NamespaceRef message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.NamespaceRef
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.NamespaceRef & podtree.v1.NamespaceRef.$Shape} NamespaceRef
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            NamespaceRef.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.NamespaceRef();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.type = value;
                            else
                                delete message.type;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.inode = value;
                            else
                                delete message.inode;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return NamespaceRef;
        })();

        v1.Ancestor = (function() {

            /**
             * Properties of an Ancestor.
             * @typedef {Object} podtree.v1.Ancestor.$Properties
             * @property {number|null} [pid] Ancestor pid
             * @property {string|null} [comm] Ancestor comm
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Ancestor.
             * @memberof podtree.v1
             * @interface IAncestor
             * @augments podtree.v1.Ancestor.$Properties
             * @deprecated Use podtree.v1.Ancestor.$Properties instead.
             */

            /**
             * Shape of an Ancestor.
             * @typedef {podtree.v1.Ancestor.$Properties} podtree.v1.Ancestor.$Shape
             */

            /**
             * Constructs a new Ancestor.
             * @memberof podtree.v1
             * @classdesc Represents an Ancestor.
             * @constructor
             * @param {podtree.v1.Ancestor.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Ancestor = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Ancestor pid.
             * @member {number} pid
             * @memberof podtree.v1.Ancestor
             * @instance
             */
            Ancestor.prototype.pid = 0;

            /**
             * Ancestor comm.
             * @member {string} comm
             * @memberof podtree.v1.Ancestor
             * @instance
             */
            Ancestor.prototype.comm = "";

            /**
             * Encodes the specified Ancestor message. Does not implicitly {@link podtree.v1.Ancestor.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Ancestor
             * @static
             * @param {podtree.v1.Ancestor.$Properties} message Ancestor message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Ancestor.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.pid != null && $Object.hasOwnProperty.call(message, "pid") && message.pid !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.pid);
                if (message.comm != null && $Object.hasOwnProperty.call(message, "comm") && message.comm !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.comm);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Ancestor message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Ancestor
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Ancestor & podtree.v1.Ancestor.$Shape} Ancestor
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Ancestor.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Ancestor();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.pid = value;
                            else
                                delete message.pid;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.comm = value;
                            else
                                delete message.comm;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Ancestor;
        })();

        v1.Sender = (function() {

            /**
             * Properties of a Sender.
             * @typedef {Object} podtree.v1.Sender.$Properties
             * @property {number|null} [pid] Sender pid
             * @property {string|null} [comm] Sender comm
             * @property {string|null} [exe] Sender exe
             * @property {number|null} [uid] Sender uid
             * @property {string|null} [unit] Sender unit
             * @property {podtree.v1.PodRef.$Properties|null} [pod] Sender pod
             * @property {podtree.v1.ContainerRef.$Properties|null} [container] Sender container
             * @property {Array.<podtree.v1.Ancestor.$Properties>|null} [parents] Sender parents
             * @property {number|null} [loginUid] Sender loginUid
             * @property {string|null} [tty] Sender tty
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Sender.
             * @memberof podtree.v1
             * @interface ISender
             * @augments podtree.v1.Sender.$Properties
             * @deprecated Use podtree.v1.Sender.$Properties instead.
             */

            /**
             * Shape of a Sender.
             * @typedef {podtree.v1.Sender.$Properties} podtree.v1.Sender.$Shape
             */

            /**
             * Constructs a new Sender.
             * @memberof podtree.v1
             * @classdesc Represents a Sender.
             * @constructor
             * @param {podtree.v1.Sender.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Sender = function (properties) {
                this.parents = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Sender pid.
             * @member {number} pid
             * @memberof podtree.v1.Sender
             * @instance
             */
            Sender.prototype.pid = 0;

            /**
             * Sender comm.
             * @member {string} comm
             * @memberof podtree.v1.Sender
             * @instance
             */
            Sender.prototype.comm = "";

            /**
             * Sender exe.
             * @member {string|null|undefined} exe
             * @memberof podtree.v1.Sender
             * @instance
             */
            Sender.prototype.exe = null;

            /**
             * Sender uid.
             * @member {number} uid
             * @memberof podtree.v1.Sender
             * @instance
             */
            Sender.prototype.uid = 0;

            /**
             * Sender unit.
             * @member {string|null|undefined} unit
             * @memberof podtree.v1.Sender
             * @instance
             */
            Sender.prototype.unit = null;

            /**
             * Sender pod.
             * @member {podtree.v1.PodRef.$Properties|null|undefined} pod
             * @memberof podtree.v1.Sender
             * @instance
             */
            Sender.prototype.pod = null;

            /**
             * Sender container.
             * @member {podtree.v1.ContainerRef.$Properties|null|undefined} container
             * @memberof podtree.v1.Sender
             * @instance
             */
            Sender.prototype.container = null;

            /**
             * Sender parents.
             * @member {Array.<podtree.v1.Ancestor.$Properties>} parents
             * @memberof podtree.v1.Sender
             * @instance
             */
            Sender.prototype.parents = $util.emptyArray;

            /**
             * Sender loginUid.
             * @member {number|null|undefined} loginUid
             * @memberof podtree.v1.Sender
             * @instance
             */
            Sender.prototype.loginUid = null;

            /**
             * Sender tty.
             * @member {string|null|undefined} tty
             * @memberof podtree.v1.Sender
             * @instance
             */
            Sender.prototype.tty = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Sender.prototype, "_exe", {
                get: $util.oneOfGetter($oneOfFields = ["exe"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Sender.prototype, "_unit", {
                get: $util.oneOfGetter($oneOfFields = ["unit"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Sender.prototype, "_loginUid", {
                get: $util.oneOfGetter($oneOfFields = ["loginUid"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Sender.prototype, "_tty", {
                get: $util.oneOfGetter($oneOfFields = ["tty"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Sender message. Does not implicitly {@link podtree.v1.Sender.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Sender
             * @static
             * @param {podtree.v1.Sender.$Properties} message Sender message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Sender.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.pid != null && $Object.hasOwnProperty.call(message, "pid") && message.pid !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.pid);
                if (message.comm != null && $Object.hasOwnProperty.call(message, "comm") && message.comm !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.comm);
                if (message.exe != null && $Object.hasOwnProperty.call(message, "exe"))
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.exe);
                if (message.uid != null && $Object.hasOwnProperty.call(message, "uid") && message.uid !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.uid);
                if (message.unit != null && $Object.hasOwnProperty.call(message, "unit"))
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.unit);
                if (message.pod != null && $Object.hasOwnProperty.call(message, "pod"))
                    $root.podtree.v1.PodRef.encode(message.pod, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                if (message.container != null && $Object.hasOwnProperty.call(message, "container"))
                    $root.podtree.v1.ContainerRef.encode(message.container, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.parents != null && message.parents.length)
                    for (let i = 0; i < message.parents.length; ++i)
                        $root.podtree.v1.Ancestor.encode(message.parents[i], writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                if (message.loginUid != null && $Object.hasOwnProperty.call(message, "loginUid"))
                    writer.uint32(/* id 9, wireType 0 =*/72).uint32(message.loginUid);
                if (message.tty != null && $Object.hasOwnProperty.call(message, "tty"))
                    writer.uint32(/* id 10, wireType 2 =*/82).string(message.tty);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Sender message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Sender
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Sender & podtree.v1.Sender.$Shape} Sender
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Sender.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Sender();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.pid = value;
                            else
                                delete message.pid;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.comm = value;
                            else
                                delete message.comm;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.exe = reader.stringVerify();
                            message._exe = "exe";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.uid = value;
                            else
                                delete message.uid;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.unit = reader.stringVerify();
                            message._unit = "unit";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.pod = $root.podtree.v1.PodRef.decode(reader, reader.size(), $undefined, _depth + 1, message.pod);
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.container = $root.podtree.v1.ContainerRef.decode(reader, reader.size(), $undefined, _depth + 1, message.container);
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            if (!(message.parents && message.parents.length))
                                message.parents = [];
                            message.parents.push($root.podtree.v1.Ancestor.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            message.loginUid = reader.uint32();
                            message._loginUid = "loginUid";
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            message.tty = reader.stringVerify();
                            message._tty = "tty";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Sender;
        })();

        v1.Oom = (function() {

            /**
             * Properties of an Oom.
             * @typedef {Object} podtree.v1.Oom.$Properties
             * @property {number|null} [victimPid] Oom victimPid
             * @property {number|null} [allocatorPid] Oom allocatorPid
             * @property {string|null} [allocatorComm] Oom allocatorComm
             * @property {string|null} [scope] Oom scope
             * @property {string|null} [cgroup] Oom cgroup
             * @property {number|null} [limitBytes] Oom limitBytes
             * @property {number|null} [usageBytes] Oom usageBytes
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Oom.
             * @memberof podtree.v1
             * @interface IOom
             * @augments podtree.v1.Oom.$Properties
             * @deprecated Use podtree.v1.Oom.$Properties instead.
             */

            /**
             * Shape of an Oom.
             * @typedef {podtree.v1.Oom.$Properties} podtree.v1.Oom.$Shape
             */

            /**
             * Constructs a new Oom.
             * @memberof podtree.v1
             * @classdesc Represents an Oom.
             * @constructor
             * @param {podtree.v1.Oom.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Oom = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Oom victimPid.
             * @member {number} victimPid
             * @memberof podtree.v1.Oom
             * @instance
             */
            Oom.prototype.victimPid = 0;

            /**
             * Oom allocatorPid.
             * @member {number} allocatorPid
             * @memberof podtree.v1.Oom
             * @instance
             */
            Oom.prototype.allocatorPid = 0;

            /**
             * Oom allocatorComm.
             * @member {string} allocatorComm
             * @memberof podtree.v1.Oom
             * @instance
             */
            Oom.prototype.allocatorComm = "";

            /**
             * Oom scope.
             * @member {string|null|undefined} scope
             * @memberof podtree.v1.Oom
             * @instance
             */
            Oom.prototype.scope = null;

            /**
             * Oom cgroup.
             * @member {string|null|undefined} cgroup
             * @memberof podtree.v1.Oom
             * @instance
             */
            Oom.prototype.cgroup = null;

            /**
             * Oom limitBytes.
             * @member {number|null|undefined} limitBytes
             * @memberof podtree.v1.Oom
             * @instance
             */
            Oom.prototype.limitBytes = null;

            /**
             * Oom usageBytes.
             * @member {number|null|undefined} usageBytes
             * @memberof podtree.v1.Oom
             * @instance
             */
            Oom.prototype.usageBytes = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Oom.prototype, "_scope", {
                get: $util.oneOfGetter($oneOfFields = ["scope"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Oom.prototype, "_cgroup", {
                get: $util.oneOfGetter($oneOfFields = ["cgroup"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Oom.prototype, "_limitBytes", {
                get: $util.oneOfGetter($oneOfFields = ["limitBytes"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Oom.prototype, "_usageBytes", {
                get: $util.oneOfGetter($oneOfFields = ["usageBytes"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Oom message. Does not implicitly {@link podtree.v1.Oom.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Oom
             * @static
             * @param {podtree.v1.Oom.$Properties} message Oom message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Oom.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.victimPid != null && $Object.hasOwnProperty.call(message, "victimPid") && message.victimPid !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.victimPid);
                if (message.allocatorPid != null && $Object.hasOwnProperty.call(message, "allocatorPid") && message.allocatorPid !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.allocatorPid);
                if (message.allocatorComm != null && $Object.hasOwnProperty.call(message, "allocatorComm") && message.allocatorComm !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.allocatorComm);
                if (message.scope != null && $Object.hasOwnProperty.call(message, "scope"))
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.scope);
                if (message.cgroup != null && $Object.hasOwnProperty.call(message, "cgroup"))
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.cgroup);
                if (message.limitBytes != null && $Object.hasOwnProperty.call(message, "limitBytes"))
                    writer.uint32(/* id 6, wireType 1 =*/49).double(message.limitBytes);
                if (message.usageBytes != null && $Object.hasOwnProperty.call(message, "usageBytes"))
                    writer.uint32(/* id 7, wireType 1 =*/57).double(message.usageBytes);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Oom message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Oom
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Oom & podtree.v1.Oom.$Shape} Oom
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Oom.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Oom();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.victimPid = value;
                            else
                                delete message.victimPid;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.allocatorPid = value;
                            else
                                delete message.allocatorPid;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.allocatorComm = value;
                            else
                                delete message.allocatorComm;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.scope = reader.stringVerify();
                            message._scope = "scope";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.cgroup = reader.stringVerify();
                            message._cgroup = "cgroup";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 1)
                                break;
                            message.limitBytes = reader.double();
                            message._limitBytes = "limitBytes";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 1)
                                break;
                            message.usageBytes = reader.double();
                            message._usageBytes = "usageBytes";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Oom;
        })();

        v1.Finding = (function() {

            /**
             * Properties of a Finding.
             * @typedef {Object} podtree.v1.Finding.$Properties
             * @property {string|null} [code] Finding code
             * @property {string|null} [text] Finding text
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Finding.
             * @memberof podtree.v1
             * @interface IFinding
             * @augments podtree.v1.Finding.$Properties
             * @deprecated Use podtree.v1.Finding.$Properties instead.
             */

            /**
             * Shape of a Finding.
             * @typedef {podtree.v1.Finding.$Properties} podtree.v1.Finding.$Shape
             */

            /**
             * Constructs a new Finding.
             * @memberof podtree.v1
             * @classdesc Represents a Finding.
             * @constructor
             * @param {podtree.v1.Finding.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Finding = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Finding code.
             * @member {string} code
             * @memberof podtree.v1.Finding
             * @instance
             */
            Finding.prototype.code = "";

            /**
             * Finding text.
             * @member {string} text
             * @memberof podtree.v1.Finding
             * @instance
             */
            Finding.prototype.text = "";

            /**
             * Encodes the specified Finding message. Does not implicitly {@link podtree.v1.Finding.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Finding
             * @static
             * @param {podtree.v1.Finding.$Properties} message Finding message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Finding.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.code);
                if (message.text != null && $Object.hasOwnProperty.call(message, "text") && message.text !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.text);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Finding message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Finding
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Finding & podtree.v1.Finding.$Shape} Finding
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Finding.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Finding();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.code = value;
                            else
                                delete message.code;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.text = value;
                            else
                                delete message.text;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Finding;
        })();

        v1.Cause = (function() {

            /**
             * Properties of a Cause.
             * @typedef {Object} podtree.v1.Cause.$Properties
             * @property {string|null} [kind] Cause kind
             * @property {string|null} [signal] Cause signal
             * @property {podtree.v1.Sender.$Properties|null} [sender] Cause sender
             * @property {podtree.v1.Oom.$Properties|null} [oom] Cause oom
             * @property {Array.<string>|null} [evidence] Cause evidence
             * @property {Array.<podtree.v1.Finding.$Properties>|null} [findings] Cause findings
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Cause.
             * @memberof podtree.v1
             * @interface ICause
             * @augments podtree.v1.Cause.$Properties
             * @deprecated Use podtree.v1.Cause.$Properties instead.
             */

            /**
             * Shape of a Cause.
             * @typedef {podtree.v1.Cause.$Properties} podtree.v1.Cause.$Shape
             */

            /**
             * Constructs a new Cause.
             * @memberof podtree.v1
             * @classdesc Represents a Cause.
             * @constructor
             * @param {podtree.v1.Cause.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Cause = function (properties) {
                this.evidence = [];
                this.findings = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Cause kind.
             * @member {string} kind
             * @memberof podtree.v1.Cause
             * @instance
             */
            Cause.prototype.kind = "";

            /**
             * Cause signal.
             * @member {string|null|undefined} signal
             * @memberof podtree.v1.Cause
             * @instance
             */
            Cause.prototype.signal = null;

            /**
             * Cause sender.
             * @member {podtree.v1.Sender.$Properties|null|undefined} sender
             * @memberof podtree.v1.Cause
             * @instance
             */
            Cause.prototype.sender = null;

            /**
             * Cause oom.
             * @member {podtree.v1.Oom.$Properties|null|undefined} oom
             * @memberof podtree.v1.Cause
             * @instance
             */
            Cause.prototype.oom = null;

            /**
             * Cause evidence.
             * @member {Array.<string>} evidence
             * @memberof podtree.v1.Cause
             * @instance
             */
            Cause.prototype.evidence = $util.emptyArray;

            /**
             * Cause findings.
             * @member {Array.<podtree.v1.Finding.$Properties>} findings
             * @memberof podtree.v1.Cause
             * @instance
             */
            Cause.prototype.findings = $util.emptyArray;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Cause.prototype, "_signal", {
                get: $util.oneOfGetter($oneOfFields = ["signal"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Cause message. Does not implicitly {@link podtree.v1.Cause.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Cause
             * @static
             * @param {podtree.v1.Cause.$Properties} message Cause message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Cause.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.kind);
                if (message.signal != null && $Object.hasOwnProperty.call(message, "signal"))
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.signal);
                if (message.sender != null && $Object.hasOwnProperty.call(message, "sender"))
                    $root.podtree.v1.Sender.encode(message.sender, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.oom != null && $Object.hasOwnProperty.call(message, "oom"))
                    $root.podtree.v1.Oom.encode(message.oom, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.evidence != null && message.evidence.length)
                    for (let i = 0; i < message.evidence.length; ++i)
                        writer.uint32(/* id 5, wireType 2 =*/42).string(message.evidence[i]);
                if (message.findings != null && message.findings.length)
                    for (let i = 0; i < message.findings.length; ++i)
                        $root.podtree.v1.Finding.encode(message.findings[i], writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Cause message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Cause
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Cause & podtree.v1.Cause.$Shape} Cause
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Cause.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Cause();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.kind = value;
                            else
                                delete message.kind;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.signal = reader.stringVerify();
                            message._signal = "signal";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.sender = $root.podtree.v1.Sender.decode(reader, reader.size(), $undefined, _depth + 1, message.sender);
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.oom = $root.podtree.v1.Oom.decode(reader, reader.size(), $undefined, _depth + 1, message.oom);
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.evidence && message.evidence.length))
                                message.evidence = [];
                            message.evidence.push(reader.stringVerify());
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if (!(message.findings && message.findings.length))
                                message.findings = [];
                            message.findings.push($root.podtree.v1.Finding.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Cause;
        })();

        v1.CascadeContainer = (function() {

            /**
             * Properties of a CascadeContainer.
             * @typedef {Object} podtree.v1.CascadeContainer.$Properties
             * @property {string|null} [id] CascadeContainer id
             * @property {string|null} [name] CascadeContainer name
             * @property {string|null} [fate] CascadeContainer fate
             * @property {number|null} [processes] CascadeContainer processes
             * @property {podtree.v1.Exit.$Properties|null} [exit] CascadeContainer exit
             * @property {number|null} [endedAfterMs] CascadeContainer endedAfterMs
             * @property {podtree.v1.Ancestor.$Properties|null} [endedBy] CascadeContainer endedBy
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a CascadeContainer.
             * @memberof podtree.v1
             * @interface ICascadeContainer
             * @augments podtree.v1.CascadeContainer.$Properties
             * @deprecated Use podtree.v1.CascadeContainer.$Properties instead.
             */

            /**
             * Shape of a CascadeContainer.
             * @typedef {podtree.v1.CascadeContainer.$Properties} podtree.v1.CascadeContainer.$Shape
             */

            /**
             * Constructs a new CascadeContainer.
             * @memberof podtree.v1
             * @classdesc Represents a CascadeContainer.
             * @constructor
             * @param {podtree.v1.CascadeContainer.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const CascadeContainer = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * CascadeContainer id.
             * @member {string} id
             * @memberof podtree.v1.CascadeContainer
             * @instance
             */
            CascadeContainer.prototype.id = "";

            /**
             * CascadeContainer name.
             * @member {string} name
             * @memberof podtree.v1.CascadeContainer
             * @instance
             */
            CascadeContainer.prototype.name = "";

            /**
             * CascadeContainer fate.
             * @member {string} fate
             * @memberof podtree.v1.CascadeContainer
             * @instance
             */
            CascadeContainer.prototype.fate = "";

            /**
             * CascadeContainer processes.
             * @member {number} processes
             * @memberof podtree.v1.CascadeContainer
             * @instance
             */
            CascadeContainer.prototype.processes = 0;

            /**
             * CascadeContainer exit.
             * @member {podtree.v1.Exit.$Properties|null|undefined} exit
             * @memberof podtree.v1.CascadeContainer
             * @instance
             */
            CascadeContainer.prototype.exit = null;

            /**
             * CascadeContainer endedAfterMs.
             * @member {number|null|undefined} endedAfterMs
             * @memberof podtree.v1.CascadeContainer
             * @instance
             */
            CascadeContainer.prototype.endedAfterMs = null;

            /**
             * CascadeContainer endedBy.
             * @member {podtree.v1.Ancestor.$Properties|null|undefined} endedBy
             * @memberof podtree.v1.CascadeContainer
             * @instance
             */
            CascadeContainer.prototype.endedBy = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(CascadeContainer.prototype, "_endedAfterMs", {
                get: $util.oneOfGetter($oneOfFields = ["endedAfterMs"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified CascadeContainer message. Does not implicitly {@link podtree.v1.CascadeContainer.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.CascadeContainer
             * @static
             * @param {podtree.v1.CascadeContainer.$Properties} message CascadeContainer message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            CascadeContainer.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.id);
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.name);
                if (message.fate != null && $Object.hasOwnProperty.call(message, "fate") && message.fate !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.fate);
                if (message.processes != null && $Object.hasOwnProperty.call(message, "processes") && message.processes !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.processes);
                if (message.exit != null && $Object.hasOwnProperty.call(message, "exit"))
                    $root.podtree.v1.Exit.encode(message.exit, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.endedAfterMs != null && $Object.hasOwnProperty.call(message, "endedAfterMs"))
                    writer.uint32(/* id 6, wireType 1 =*/49).double(message.endedAfterMs);
                if (message.endedBy != null && $Object.hasOwnProperty.call(message, "endedBy"))
                    $root.podtree.v1.Ancestor.encode(message.endedBy, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a CascadeContainer message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.CascadeContainer
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.CascadeContainer & podtree.v1.CascadeContainer.$Shape} CascadeContainer
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            CascadeContainer.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.CascadeContainer();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.fate = value;
                            else
                                delete message.fate;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.processes = value;
                            else
                                delete message.processes;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.exit = $root.podtree.v1.Exit.decode(reader, reader.size(), $undefined, _depth + 1, message.exit);
                            continue;
                        }
                    case 6: {
                            if (wireType !== 1)
                                break;
                            message.endedAfterMs = reader.double();
                            message._endedAfterMs = "endedAfterMs";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.endedBy = $root.podtree.v1.Ancestor.decode(reader, reader.size(), $undefined, _depth + 1, message.endedBy);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CascadeContainer;
        })();

        v1.Cascade = (function() {

            /**
             * Properties of a Cascade.
             * @typedef {Object} podtree.v1.Cascade.$Properties
             * @property {Array.<podtree.v1.CascadeContainer.$Properties>|null} [containers] Cascade containers
             * @property {number|null} [containerCount] Cascade containerCount
             * @property {number|null} [processes] Cascade processes
             * @property {Array.<string>|null} [leaked] Cascade leaked
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Cascade.
             * @memberof podtree.v1
             * @interface ICascade
             * @augments podtree.v1.Cascade.$Properties
             * @deprecated Use podtree.v1.Cascade.$Properties instead.
             */

            /**
             * Shape of a Cascade.
             * @typedef {podtree.v1.Cascade.$Properties} podtree.v1.Cascade.$Shape
             */

            /**
             * Constructs a new Cascade.
             * @memberof podtree.v1
             * @classdesc Represents a Cascade.
             * @constructor
             * @param {podtree.v1.Cascade.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Cascade = function (properties) {
                this.containers = [];
                this.leaked = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Cascade containers.
             * @member {Array.<podtree.v1.CascadeContainer.$Properties>} containers
             * @memberof podtree.v1.Cascade
             * @instance
             */
            Cascade.prototype.containers = $util.emptyArray;

            /**
             * Cascade containerCount.
             * @member {number} containerCount
             * @memberof podtree.v1.Cascade
             * @instance
             */
            Cascade.prototype.containerCount = 0;

            /**
             * Cascade processes.
             * @member {number} processes
             * @memberof podtree.v1.Cascade
             * @instance
             */
            Cascade.prototype.processes = 0;

            /**
             * Cascade leaked.
             * @member {Array.<string>} leaked
             * @memberof podtree.v1.Cascade
             * @instance
             */
            Cascade.prototype.leaked = $util.emptyArray;

            /**
             * Encodes the specified Cascade message. Does not implicitly {@link podtree.v1.Cascade.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Cascade
             * @static
             * @param {podtree.v1.Cascade.$Properties} message Cascade message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Cascade.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.containers != null && message.containers.length)
                    for (let i = 0; i < message.containers.length; ++i)
                        $root.podtree.v1.CascadeContainer.encode(message.containers[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.containerCount != null && $Object.hasOwnProperty.call(message, "containerCount") && message.containerCount !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.containerCount);
                if (message.processes != null && $Object.hasOwnProperty.call(message, "processes") && message.processes !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.processes);
                if (message.leaked != null && message.leaked.length)
                    for (let i = 0; i < message.leaked.length; ++i)
                        writer.uint32(/* id 4, wireType 2 =*/34).string(message.leaked[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Cascade message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Cascade
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Cascade & podtree.v1.Cascade.$Shape} Cascade
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Cascade.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Cascade();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.containers && message.containers.length))
                                message.containers = [];
                            message.containers.push($root.podtree.v1.CascadeContainer.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.containerCount = value;
                            else
                                delete message.containerCount;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.processes = value;
                            else
                                delete message.processes;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (!(message.leaked && message.leaked.length))
                                message.leaked = [];
                            message.leaked.push(reader.stringVerify());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Cascade;
        })();

        v1.ReturnedContainer = (function() {

            /**
             * Properties of a ReturnedContainer.
             * @typedef {Object} podtree.v1.ReturnedContainer.$Properties
             * @property {string|null} [id] ReturnedContainer id
             * @property {string|null} [name] ReturnedContainer name
             * @property {number|null} [afterMs] ReturnedContainer afterMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ReturnedContainer.
             * @memberof podtree.v1
             * @interface IReturnedContainer
             * @augments podtree.v1.ReturnedContainer.$Properties
             * @deprecated Use podtree.v1.ReturnedContainer.$Properties instead.
             */

            /**
             * Shape of a ReturnedContainer.
             * @typedef {podtree.v1.ReturnedContainer.$Properties} podtree.v1.ReturnedContainer.$Shape
             */

            /**
             * Constructs a new ReturnedContainer.
             * @memberof podtree.v1
             * @classdesc Represents a ReturnedContainer.
             * @constructor
             * @param {podtree.v1.ReturnedContainer.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ReturnedContainer = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ReturnedContainer id.
             * @member {string} id
             * @memberof podtree.v1.ReturnedContainer
             * @instance
             */
            ReturnedContainer.prototype.id = "";

            /**
             * ReturnedContainer name.
             * @member {string} name
             * @memberof podtree.v1.ReturnedContainer
             * @instance
             */
            ReturnedContainer.prototype.name = "";

            /**
             * ReturnedContainer afterMs.
             * @member {number|null|undefined} afterMs
             * @memberof podtree.v1.ReturnedContainer
             * @instance
             */
            ReturnedContainer.prototype.afterMs = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(ReturnedContainer.prototype, "_afterMs", {
                get: $util.oneOfGetter($oneOfFields = ["afterMs"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified ReturnedContainer message. Does not implicitly {@link podtree.v1.ReturnedContainer.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.ReturnedContainer
             * @static
             * @param {podtree.v1.ReturnedContainer.$Properties} message ReturnedContainer message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ReturnedContainer.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.id);
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.name);
                if (message.afterMs != null && $Object.hasOwnProperty.call(message, "afterMs"))
                    writer.uint32(/* id 3, wireType 1 =*/25).double(message.afterMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ReturnedContainer message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.ReturnedContainer
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.ReturnedContainer & podtree.v1.ReturnedContainer.$Shape} ReturnedContainer
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ReturnedContainer.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.ReturnedContainer();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 1)
                                break;
                            message.afterMs = reader.double();
                            message._afterMs = "afterMs";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ReturnedContainer;
        })();

        v1.Alert = (function() {

            /**
             * Properties of an Alert.
             * @typedef {Object} podtree.v1.Alert.$Properties
             * @property {string|null} [name] Alert name
             * @property {string|null} [severity] Alert severity
             * @property {string|null} [since] Alert since
             * @property {string|null} [last] Alert last
             * @property {string|null} [summary] Alert summary
             * @property {number|null} [count] Alert count
             * @property {string|null} [incident] Alert incident
             * @property {Array.<podtree.v1.PodRef.$Properties>|null} [members] Alert members
             * @property {number|null} [memberCount] Alert memberCount
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Alert.
             * @memberof podtree.v1
             * @interface IAlert
             * @augments podtree.v1.Alert.$Properties
             * @deprecated Use podtree.v1.Alert.$Properties instead.
             */

            /**
             * Shape of an Alert.
             * @typedef {podtree.v1.Alert.$Properties} podtree.v1.Alert.$Shape
             */

            /**
             * Constructs a new Alert.
             * @memberof podtree.v1
             * @classdesc Represents an Alert.
             * @constructor
             * @param {podtree.v1.Alert.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Alert = function (properties) {
                this.members = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Alert name.
             * @member {string} name
             * @memberof podtree.v1.Alert
             * @instance
             */
            Alert.prototype.name = "";

            /**
             * Alert severity.
             * @member {string} severity
             * @memberof podtree.v1.Alert
             * @instance
             */
            Alert.prototype.severity = "";

            /**
             * Alert since.
             * @member {string} since
             * @memberof podtree.v1.Alert
             * @instance
             */
            Alert.prototype.since = "";

            /**
             * Alert last.
             * @member {string} last
             * @memberof podtree.v1.Alert
             * @instance
             */
            Alert.prototype.last = "";

            /**
             * Alert summary.
             * @member {string} summary
             * @memberof podtree.v1.Alert
             * @instance
             */
            Alert.prototype.summary = "";

            /**
             * Alert count.
             * @member {number} count
             * @memberof podtree.v1.Alert
             * @instance
             */
            Alert.prototype.count = 0;

            /**
             * Alert incident.
             * @member {string} incident
             * @memberof podtree.v1.Alert
             * @instance
             */
            Alert.prototype.incident = "";

            /**
             * Alert members.
             * @member {Array.<podtree.v1.PodRef.$Properties>} members
             * @memberof podtree.v1.Alert
             * @instance
             */
            Alert.prototype.members = $util.emptyArray;

            /**
             * Alert memberCount.
             * @member {number} memberCount
             * @memberof podtree.v1.Alert
             * @instance
             */
            Alert.prototype.memberCount = 0;

            /**
             * Encodes the specified Alert message. Does not implicitly {@link podtree.v1.Alert.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Alert
             * @static
             * @param {podtree.v1.Alert.$Properties} message Alert message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Alert.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.name);
                if (message.severity != null && $Object.hasOwnProperty.call(message, "severity") && message.severity !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.severity);
                if (message.since != null && $Object.hasOwnProperty.call(message, "since") && message.since !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.since);
                if (message.last != null && $Object.hasOwnProperty.call(message, "last") && message.last !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.last);
                if (message.summary != null && $Object.hasOwnProperty.call(message, "summary") && message.summary !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.summary);
                if (message.count != null && $Object.hasOwnProperty.call(message, "count") && !$Object.is(message.count, 0))
                    writer.uint32(/* id 6, wireType 1 =*/49).double(message.count);
                if (message.incident != null && $Object.hasOwnProperty.call(message, "incident") && message.incident !== "")
                    writer.uint32(/* id 7, wireType 2 =*/58).string(message.incident);
                if (message.members != null && message.members.length)
                    for (let i = 0; i < message.members.length; ++i)
                        $root.podtree.v1.PodRef.encode(message.members[i], writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                if (message.memberCount != null && $Object.hasOwnProperty.call(message, "memberCount") && message.memberCount !== 0)
                    writer.uint32(/* id 9, wireType 0 =*/72).uint32(message.memberCount);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Alert message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Alert
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Alert & podtree.v1.Alert.$Shape} Alert
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Alert.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Alert();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.severity = value;
                            else
                                delete message.severity;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.since = value;
                            else
                                delete message.since;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.last = value;
                            else
                                delete message.last;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.summary = value;
                            else
                                delete message.summary;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.count = value;
                            else
                                delete message.count;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.incident = value;
                            else
                                delete message.incident;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            if (!(message.members && message.members.length))
                                message.members = [];
                            message.members.push($root.podtree.v1.PodRef.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.memberCount = value;
                            else
                                delete message.memberCount;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Alert;
        })();

        v1.Event = (function() {

            /**
             * Properties of an Event.
             * @typedef {Object} podtree.v1.Event.$Properties
             * @property {string|null} [id] Event id
             * @property {number|null} [revision] Event revision
             * @property {string|null} [time] Event time
             * @property {string|null} [node] Event node
             * @property {string|null} [type] Event type
             * @property {string|null} [source] Event source
             * @property {string|null} [attribution] Event attribution
             * @property {podtree.v1.PodRef.$Properties|null} [pod] Event pod
             * @property {podtree.v1.SandboxRef.$Properties|null} [sandbox] Event sandbox
             * @property {podtree.v1.ContainerRef.$Properties|null} [container] Event container
             * @property {podtree.v1.Process.$Properties|null} [process] Event process
             * @property {podtree.v1.Exit.$Properties|null} [exit] Event exit
             * @property {Array.<podtree.v1.NamespaceRef.$Properties>|null} [namespaces] Event namespaces
             * @property {podtree.v1.PodRef.$Properties|null} [owner] Event owner
             * @property {string|null} [by] Event by
             * @property {podtree.v1.Cause.$Properties|null} [cause] Event cause
             * @property {podtree.v1.SandboxRef.$Properties|null} [oldSandbox] Event oldSandbox
             * @property {podtree.v1.SandboxRef.$Properties|null} [newSandbox] Event newSandbox
             * @property {string|null} [ipBefore] Event ipBefore
             * @property {string|null} [ipAfter] Event ipAfter
             * @property {number|null} [sandboxOutageMs] Event sandboxOutageMs
             * @property {number|null} [outageMs] Event outageMs
             * @property {number|null} [containersRestarted] Event containersRestarted
             * @property {boolean|null} [complete] Event complete
             * @property {string|null} [stage] Event stage
             * @property {number|null} [lost] Event lost
             * @property {string|null} [reason] Event reason
             * @property {podtree.v1.Cascade.$Properties|null} [cascade] Event cascade
             * @property {Array.<podtree.v1.ReturnedContainer.$Properties>|null} [returned] Event returned
             * @property {podtree.v1.Alert.$Properties|null} [alert] Event alert
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Event.
             * @memberof podtree.v1
             * @interface IEvent
             * @augments podtree.v1.Event.$Properties
             * @deprecated Use podtree.v1.Event.$Properties instead.
             */

            /**
             * Shape of an Event.
             * @typedef {podtree.v1.Event.$Properties} podtree.v1.Event.$Shape
             */

            /**
             * Constructs a new Event.
             * @memberof podtree.v1
             * @classdesc Represents an Event.
             * @constructor
             * @param {podtree.v1.Event.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Event = function (properties) {
                this.namespaces = [];
                this.returned = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Event id.
             * @member {string} id
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.id = "";

            /**
             * Event revision.
             * @member {number} revision
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.revision = 0;

            /**
             * Event time.
             * @member {string} time
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.time = "";

            /**
             * Event node.
             * @member {string} node
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.node = "";

            /**
             * Event type.
             * @member {string} type
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.type = "";

            /**
             * Event source.
             * @member {string} source
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.source = "";

            /**
             * Event attribution.
             * @member {string|null|undefined} attribution
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.attribution = null;

            /**
             * Event pod.
             * @member {podtree.v1.PodRef.$Properties|null|undefined} pod
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.pod = null;

            /**
             * Event sandbox.
             * @member {podtree.v1.SandboxRef.$Properties|null|undefined} sandbox
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.sandbox = null;

            /**
             * Event container.
             * @member {podtree.v1.ContainerRef.$Properties|null|undefined} container
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.container = null;

            /**
             * Event process.
             * @member {podtree.v1.Process.$Properties|null|undefined} process
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.process = null;

            /**
             * Event exit.
             * @member {podtree.v1.Exit.$Properties|null|undefined} exit
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.exit = null;

            /**
             * Event namespaces.
             * @member {Array.<podtree.v1.NamespaceRef.$Properties>} namespaces
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.namespaces = $util.emptyArray;

            /**
             * Event owner.
             * @member {podtree.v1.PodRef.$Properties|null|undefined} owner
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.owner = null;

            /**
             * Event by.
             * @member {string|null|undefined} by
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.by = null;

            /**
             * Event cause.
             * @member {podtree.v1.Cause.$Properties|null|undefined} cause
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.cause = null;

            /**
             * Event oldSandbox.
             * @member {podtree.v1.SandboxRef.$Properties|null|undefined} oldSandbox
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.oldSandbox = null;

            /**
             * Event newSandbox.
             * @member {podtree.v1.SandboxRef.$Properties|null|undefined} newSandbox
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.newSandbox = null;

            /**
             * Event ipBefore.
             * @member {string|null|undefined} ipBefore
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.ipBefore = null;

            /**
             * Event ipAfter.
             * @member {string|null|undefined} ipAfter
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.ipAfter = null;

            /**
             * Event sandboxOutageMs.
             * @member {number|null|undefined} sandboxOutageMs
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.sandboxOutageMs = null;

            /**
             * Event outageMs.
             * @member {number|null|undefined} outageMs
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.outageMs = null;

            /**
             * Event containersRestarted.
             * @member {number|null|undefined} containersRestarted
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.containersRestarted = null;

            /**
             * Event complete.
             * @member {boolean|null|undefined} complete
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.complete = null;

            /**
             * Event stage.
             * @member {string|null|undefined} stage
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.stage = null;

            /**
             * Event lost.
             * @member {number|null|undefined} lost
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.lost = null;

            /**
             * Event reason.
             * @member {string|null|undefined} reason
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.reason = null;

            /**
             * Event cascade.
             * @member {podtree.v1.Cascade.$Properties|null|undefined} cascade
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.cascade = null;

            /**
             * Event returned.
             * @member {Array.<podtree.v1.ReturnedContainer.$Properties>} returned
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.returned = $util.emptyArray;

            /**
             * Event alert.
             * @member {podtree.v1.Alert.$Properties|null|undefined} alert
             * @memberof podtree.v1.Event
             * @instance
             */
            Event.prototype.alert = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Event.prototype, "_attribution", {
                get: $util.oneOfGetter($oneOfFields = ["attribution"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Event.prototype, "_by", {
                get: $util.oneOfGetter($oneOfFields = ["by"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Event.prototype, "_ipBefore", {
                get: $util.oneOfGetter($oneOfFields = ["ipBefore"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Event.prototype, "_ipAfter", {
                get: $util.oneOfGetter($oneOfFields = ["ipAfter"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Event.prototype, "_sandboxOutageMs", {
                get: $util.oneOfGetter($oneOfFields = ["sandboxOutageMs"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Event.prototype, "_outageMs", {
                get: $util.oneOfGetter($oneOfFields = ["outageMs"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Event.prototype, "_containersRestarted", {
                get: $util.oneOfGetter($oneOfFields = ["containersRestarted"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Event.prototype, "_complete", {
                get: $util.oneOfGetter($oneOfFields = ["complete"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Event.prototype, "_stage", {
                get: $util.oneOfGetter($oneOfFields = ["stage"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Event.prototype, "_lost", {
                get: $util.oneOfGetter($oneOfFields = ["lost"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Event.prototype, "_reason", {
                get: $util.oneOfGetter($oneOfFields = ["reason"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Encodes the specified Event message. Does not implicitly {@link podtree.v1.Event.verify|verify} messages.
             * @function encode
             * @memberof podtree.v1.Event
             * @static
             * @param {podtree.v1.Event.$Properties} message Event message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Event.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.id);
                if (message.revision != null && $Object.hasOwnProperty.call(message, "revision") && message.revision !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.revision);
                if (message.time != null && $Object.hasOwnProperty.call(message, "time") && message.time !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.time);
                if (message.node != null && $Object.hasOwnProperty.call(message, "node") && message.node !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.node);
                if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.type);
                if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.source);
                if (message.attribution != null && $Object.hasOwnProperty.call(message, "attribution"))
                    writer.uint32(/* id 7, wireType 2 =*/58).string(message.attribution);
                if (message.pod != null && $Object.hasOwnProperty.call(message, "pod"))
                    $root.podtree.v1.PodRef.encode(message.pod, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                if (message.sandbox != null && $Object.hasOwnProperty.call(message, "sandbox"))
                    $root.podtree.v1.SandboxRef.encode(message.sandbox, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                if (message.container != null && $Object.hasOwnProperty.call(message, "container"))
                    $root.podtree.v1.ContainerRef.encode(message.container, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                if (message.process != null && $Object.hasOwnProperty.call(message, "process"))
                    $root.podtree.v1.Process.encode(message.process, writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
                if (message.exit != null && $Object.hasOwnProperty.call(message, "exit"))
                    $root.podtree.v1.Exit.encode(message.exit, writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
                if (message.namespaces != null && message.namespaces.length)
                    for (let i = 0; i < message.namespaces.length; ++i)
                        $root.podtree.v1.NamespaceRef.encode(message.namespaces[i], writer.uint32(/* id 13, wireType 2 =*/106).fork(), _depth + 1).ldelim();
                if (message.owner != null && $Object.hasOwnProperty.call(message, "owner"))
                    $root.podtree.v1.PodRef.encode(message.owner, writer.uint32(/* id 14, wireType 2 =*/114).fork(), _depth + 1).ldelim();
                if (message.by != null && $Object.hasOwnProperty.call(message, "by"))
                    writer.uint32(/* id 15, wireType 2 =*/122).string(message.by);
                if (message.cause != null && $Object.hasOwnProperty.call(message, "cause"))
                    $root.podtree.v1.Cause.encode(message.cause, writer.uint32(/* id 16, wireType 2 =*/130).fork(), _depth + 1).ldelim();
                if (message.oldSandbox != null && $Object.hasOwnProperty.call(message, "oldSandbox"))
                    $root.podtree.v1.SandboxRef.encode(message.oldSandbox, writer.uint32(/* id 17, wireType 2 =*/138).fork(), _depth + 1).ldelim();
                if (message.newSandbox != null && $Object.hasOwnProperty.call(message, "newSandbox"))
                    $root.podtree.v1.SandboxRef.encode(message.newSandbox, writer.uint32(/* id 18, wireType 2 =*/146).fork(), _depth + 1).ldelim();
                if (message.ipBefore != null && $Object.hasOwnProperty.call(message, "ipBefore"))
                    writer.uint32(/* id 19, wireType 2 =*/154).string(message.ipBefore);
                if (message.ipAfter != null && $Object.hasOwnProperty.call(message, "ipAfter"))
                    writer.uint32(/* id 20, wireType 2 =*/162).string(message.ipAfter);
                if (message.sandboxOutageMs != null && $Object.hasOwnProperty.call(message, "sandboxOutageMs"))
                    writer.uint32(/* id 21, wireType 1 =*/169).double(message.sandboxOutageMs);
                if (message.outageMs != null && $Object.hasOwnProperty.call(message, "outageMs"))
                    writer.uint32(/* id 22, wireType 1 =*/177).double(message.outageMs);
                if (message.containersRestarted != null && $Object.hasOwnProperty.call(message, "containersRestarted"))
                    writer.uint32(/* id 23, wireType 0 =*/184).uint32(message.containersRestarted);
                if (message.complete != null && $Object.hasOwnProperty.call(message, "complete"))
                    writer.uint32(/* id 24, wireType 0 =*/192).bool(message.complete);
                if (message.stage != null && $Object.hasOwnProperty.call(message, "stage"))
                    writer.uint32(/* id 25, wireType 2 =*/202).string(message.stage);
                if (message.lost != null && $Object.hasOwnProperty.call(message, "lost"))
                    writer.uint32(/* id 26, wireType 1 =*/209).double(message.lost);
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason"))
                    writer.uint32(/* id 27, wireType 2 =*/218).string(message.reason);
                if (message.cascade != null && $Object.hasOwnProperty.call(message, "cascade"))
                    $root.podtree.v1.Cascade.encode(message.cascade, writer.uint32(/* id 28, wireType 2 =*/226).fork(), _depth + 1).ldelim();
                if (message.returned != null && message.returned.length)
                    for (let i = 0; i < message.returned.length; ++i)
                        $root.podtree.v1.ReturnedContainer.encode(message.returned[i], writer.uint32(/* id 29, wireType 2 =*/234).fork(), _depth + 1).ldelim();
                if (message.alert != null && $Object.hasOwnProperty.call(message, "alert"))
                    $root.podtree.v1.Alert.encode(message.alert, writer.uint32(/* id 40, wireType 2 =*/322).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Event message from the specified reader or buffer.
             * @function decode
             * @memberof podtree.v1.Event
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {podtree.v1.Event & podtree.v1.Event.$Shape} Event
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Event.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.podtree.v1.Event();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.revision = value;
                            else
                                delete message.revision;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.time = value;
                            else
                                delete message.time;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.node = value;
                            else
                                delete message.node;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.type = value;
                            else
                                delete message.type;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.source = value;
                            else
                                delete message.source;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.attribution = reader.stringVerify();
                            message._attribution = "attribution";
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.pod = $root.podtree.v1.PodRef.decode(reader, reader.size(), $undefined, _depth + 1, message.pod);
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            message.sandbox = $root.podtree.v1.SandboxRef.decode(reader, reader.size(), $undefined, _depth + 1, message.sandbox);
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            message.container = $root.podtree.v1.ContainerRef.decode(reader, reader.size(), $undefined, _depth + 1, message.container);
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            message.process = $root.podtree.v1.Process.decode(reader, reader.size(), $undefined, _depth + 1, message.process);
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            message.exit = $root.podtree.v1.Exit.decode(reader, reader.size(), $undefined, _depth + 1, message.exit);
                            continue;
                        }
                    case 13: {
                            if (wireType !== 2)
                                break;
                            if (!(message.namespaces && message.namespaces.length))
                                message.namespaces = [];
                            message.namespaces.push($root.podtree.v1.NamespaceRef.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 14: {
                            if (wireType !== 2)
                                break;
                            message.owner = $root.podtree.v1.PodRef.decode(reader, reader.size(), $undefined, _depth + 1, message.owner);
                            continue;
                        }
                    case 15: {
                            if (wireType !== 2)
                                break;
                            message.by = reader.stringVerify();
                            message._by = "by";
                            continue;
                        }
                    case 16: {
                            if (wireType !== 2)
                                break;
                            message.cause = $root.podtree.v1.Cause.decode(reader, reader.size(), $undefined, _depth + 1, message.cause);
                            continue;
                        }
                    case 17: {
                            if (wireType !== 2)
                                break;
                            message.oldSandbox = $root.podtree.v1.SandboxRef.decode(reader, reader.size(), $undefined, _depth + 1, message.oldSandbox);
                            continue;
                        }
                    case 18: {
                            if (wireType !== 2)
                                break;
                            message.newSandbox = $root.podtree.v1.SandboxRef.decode(reader, reader.size(), $undefined, _depth + 1, message.newSandbox);
                            continue;
                        }
                    case 19: {
                            if (wireType !== 2)
                                break;
                            message.ipBefore = reader.stringVerify();
                            message._ipBefore = "ipBefore";
                            continue;
                        }
                    case 20: {
                            if (wireType !== 2)
                                break;
                            message.ipAfter = reader.stringVerify();
                            message._ipAfter = "ipAfter";
                            continue;
                        }
                    case 21: {
                            if (wireType !== 1)
                                break;
                            message.sandboxOutageMs = reader.double();
                            message._sandboxOutageMs = "sandboxOutageMs";
                            continue;
                        }
                    case 22: {
                            if (wireType !== 1)
                                break;
                            message.outageMs = reader.double();
                            message._outageMs = "outageMs";
                            continue;
                        }
                    case 23: {
                            if (wireType !== 0)
                                break;
                            message.containersRestarted = reader.uint32();
                            message._containersRestarted = "containersRestarted";
                            continue;
                        }
                    case 24: {
                            if (wireType !== 0)
                                break;
                            message.complete = reader.bool();
                            message._complete = "complete";
                            continue;
                        }
                    case 25: {
                            if (wireType !== 2)
                                break;
                            message.stage = reader.stringVerify();
                            message._stage = "stage";
                            continue;
                        }
                    case 26: {
                            if (wireType !== 1)
                                break;
                            message.lost = reader.double();
                            message._lost = "lost";
                            continue;
                        }
                    case 27: {
                            if (wireType !== 2)
                                break;
                            message.reason = reader.stringVerify();
                            message._reason = "reason";
                            continue;
                        }
                    case 28: {
                            if (wireType !== 2)
                                break;
                            message.cascade = $root.podtree.v1.Cascade.decode(reader, reader.size(), $undefined, _depth + 1, message.cascade);
                            continue;
                        }
                    case 29: {
                            if (wireType !== 2)
                                break;
                            if (!(message.returned && message.returned.length))
                                message.returned = [];
                            message.returned.push($root.podtree.v1.ReturnedContainer.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 40: {
                            if (wireType !== 2)
                                break;
                            message.alert = $root.podtree.v1.Alert.decode(reader, reader.size(), $undefined, _depth + 1, message.alert);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Event;
        })();

        return v1;
    })();

    return podtree;
})();

export {
  $root as default
};
